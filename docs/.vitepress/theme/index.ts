/** VitePress's own theme with the fonts of the system, quieter. */
import theme from 'vitepress/theme-without-fonts';

import './site.css';

export default theme;
