import { testFailures } from '../helpers/failures.js'
import { online } from '../helpers/subject.js'

testFailures('the REST API', online('rest'))
