/** File forms outside the call page: the identity copy, from a file or photographed. */

import { said } from "./call/dom.js";
import { Capture, offerCapture } from "./capture/capture.js";
import { UploadForm } from "./page/upload-form.js";

const capture = new Capture();
for (const form of document.querySelectorAll<HTMLFormElement>("form[data-upload-form]")) {
  const upload = new UploadForm(form, () => window.location.assign(said(form, "next") || window.location.href));
  offerCapture(capture, form, (file) => void upload.take(file));
}
