/** File forms outside the call page: the identity copy, and documents after the call. */

import { said } from "./call/dom.js";
import { UploadForm } from "./call/documents.js";

for (const form of document.querySelectorAll<HTMLFormElement>("form[data-upload-form]")) {
  new UploadForm(form, () => window.location.assign(said(form, "next") || window.location.href));
}
