// On the way to a log-in provider: the page's one form is sent at once.

document.querySelector<HTMLFormElement>("form[data-leave]")?.requestSubmit();
