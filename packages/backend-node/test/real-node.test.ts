import { node } from '../src/index.js'
import { testRealBinding } from './helpers/real-binding.js'

testRealBinding('@tensorflow/tfjs-node', () => node())
