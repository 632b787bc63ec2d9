import { showGraph } from '../graph-view/view.js';
import { byId } from '../html-page/element.js';

showGraph(JSON.parse(byId('data').textContent), document);
