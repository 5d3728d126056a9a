import { testFailures } from '../helpers/failures.js'
import { online } from '../helpers/subject.js'

testFailures('the API of the SDK', online('sdk'))
