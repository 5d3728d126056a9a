export { AppendFile, fileError, replaceFile } from './log-files.js'
export { claimFolder, folderName, logFolder, type RunFolder } from './log-folder.js'
