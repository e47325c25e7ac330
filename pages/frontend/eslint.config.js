// What the type checker does not see. Layout is a matter of the eye here, so no rule speaks of it.

import js from "@eslint/js";
import globals from "globals";

export default [
  { ignores: ["**/node_modules/**"] },
  js.configs.recommended,
  {
    languageOptions: { ecmaVersion: "latest", sourceType: "module", globals: globals.browser },
    rules: {
      "array-callback-return": "error",
      "consistent-return": "off",
      eqeqeq: ["error", "always", { null: "ignore" }],
      "no-implicit-coercion": "error",
      "no-promise-executor-return": "error",
      "no-restricted-globals": ["error", "event", "name", "status"],
      "no-restricted-properties": ["error", ...["clientWidth", "clientHeight"].map((property) => ({
        property, message: "To ask has the browser lay the page out at once: sizeOf of core/canvas.js knows it.",
      }))],
      "no-self-compare": "error",
      "no-shadow": ["error", { builtinGlobals: false }],
      "no-template-curly-in-string": "error",
      "no-unused-vars": ["error", { args: "none" }],
      "no-var": "error",
      "object-shorthand": "error",
      "prefer-const": "error",
      "prefer-template": "error",
      "require-atomic-updates": "off",
    },
  },
  {
    // Where the size of a canvas is known from, and a strip that scrolls.
    files: ["**/core/canvas.js", "**/controls/palette.js"],
    rules: { "no-restricted-properties": "off" },
  },
  {
    // An exported web page opens from a folder, where browsers load no modules.
    files: ["explorer/**"],
    languageOptions: { sourceType: "script" },
  },
  {
    files: ["**/frontend/tests/**", "**/eslint.config.js"],
    languageOptions: { globals: globals.node },
  },
];
