"""What stands in the tabs of the ImageNet page, one module for each."""
