import DefaultTheme from 'vitepress/theme-without-fonts'
import './regimen.css'

export default DefaultTheme
