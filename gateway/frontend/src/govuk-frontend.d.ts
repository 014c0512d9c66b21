// govuk-frontend ships no types; these are the parts that the pages use.
declare module "govuk-frontend" {
  type Component = new (root: Element) => unknown;
  export function createAll(component: Component): unknown[];
  export const Button: Component;
  export const Checkboxes: Component;
  export const ErrorSummary: Component;
  export const NotificationBanner: Component;
  export const Radios: Component;
  export const SkipLink: Component;
}
