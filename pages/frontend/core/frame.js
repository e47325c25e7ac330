// What the document itself does around Streamlit's pages.

import { closeWhenChosen } from "./sidebar.js";

closeWhenChosen();
