export { AppendFile } from './append-file.js'
export { fileError } from './file-error.js'
export { claimFolder, folderName, logFolder, type RunFolder } from './log-folder.js'
export { replaceFile } from './replace-file.js'
