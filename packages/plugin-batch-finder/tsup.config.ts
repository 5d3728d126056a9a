import { library } from '../../tooling/tsup.base.js'

export default library()
