import { gpu } from '../src/index.js'
import { testRealBinding } from './helpers/real-binding.js'

testRealBinding('@tensorflow/tfjs-node-gpu', () => gpu({ gpus: 1 }))
