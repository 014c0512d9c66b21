/** File forms outside the call page: the identity copy. */

import { said } from "./call/dom.js";
import { UploadForm } from "./page/upload-form.js";

for (const form of document.querySelectorAll<HTMLFormElement>("form[data-upload-form]")) {
  new UploadForm(form, () => window.location.assign(said(form, "next") || window.location.href));
}
