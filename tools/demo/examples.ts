import { listOfferTypes as axios } from '../../examples/axios/main.js'
import { listOfferTypes as fetch } from '../../examples/fetch/main.js'
import { listOfferTypes as got } from '../../examples/got/main.js'
import { listOfferTypes as ky } from '../../examples/ky/main.js'

export const examples = { axios, got, ky, fetch }
