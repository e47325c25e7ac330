"""Networks in a web page: the files of one that needs no server, and the program that runs a network there.

a file of ONNX, what it was taught on -> index.html and scripts -> answers in any browser
"""
