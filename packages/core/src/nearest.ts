export { nearest, quote, quoteAll, suggestion } from './errors.js'
