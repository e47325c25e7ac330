// What the type checker does not see. Layout is a matter of the eye here, so no rule speaks of it.

import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import js from "@eslint/js";
import globals from "globals";

const here = dirname(fileURLToPath(import.meta.url));

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
    files: ["frontend/tests/**", "frontend/eslint.config.js"].map((name) => resolve(here, "..", name)),
    languageOptions: { globals: globals.node },
  },
];
