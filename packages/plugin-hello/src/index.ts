export { type HelloOptions, hello, options } from './hello.js'
