import 'uplot/dist/uPlot.min.css'
import './page.css'
import { App } from './app.js'
import { pageSource } from './source.js'

const place = document.getElementById('app')
if (place) new App(place, pageSource()).start()
