export { makeFolder } from '@regimen/core/files'
