// What `#page` is: the build replaces it by what `pageModule` makes.
export const script = ''
export const styles = ''
