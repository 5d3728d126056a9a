import '@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops'
import '@tensorflow/tfjs-core/dist/register_all_gradients'
import '@tensorflow/tfjs-backend-wasm'
import { setTestEnvs } from '@tensorflow/tfjs-core/dist/jasmine_util'
import { installKernels } from '../../packages/backend-wasm/src/install.ts'

installKernels()
setTestEnvs([{ name: 'wasm', backendName: 'wasm', isDataSync: true }])
