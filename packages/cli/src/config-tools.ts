import * as cosmiconfig from 'cosmiconfig'
import * as jiti from 'jiti'

/** What core reads configs with: the packages that are installed with the command line. */
export const tools = { cosmiconfig, jiti }
