// The module that V8 compiles with vectors of 8 floats. The tall tile is what the wide ones are compared with.
export { tallTile } from './tall-tile'
export { wideSums4, wideTile4, wideTile6 } from './wide-tile'
