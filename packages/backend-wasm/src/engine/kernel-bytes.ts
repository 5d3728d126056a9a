/** The kernels module, base64. Written by `npm run kernels` from assembly/. */
export const kernelBytes =
  'AGFzbQEAAAABCgJgAX8AYAJ/fwACEgEDZW52Bm1lbW9yeQIDAYCABAMDAgABByQDCnJ1blByb2dyYW0AAQpzZXRTY3JhdGNoAAAGbWVtb3J5AgAKQAICAAs7AQJ/A0AgASACSgRAIAAoAgAaIAAoAgQhAyAAKAIIQQBKBEAACyAAIANBAnRqIQAgAkEBaiECDAELCws='
