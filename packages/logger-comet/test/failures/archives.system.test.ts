import { testFailures } from '../helpers/failures.js'
import { offline } from '../helpers/subject.js'

testFailures('archives', offline)
