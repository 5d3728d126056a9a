/** The page of the dashboard, as its build makes it. */
declare module '#page' {
  export const script: string
  export const styles: string
}

declare module '*.css' {}
