'use strict';

// Show the current state of the payments, which any instance can change
setInterval(async () => {
	const shown = document.getElementById('payments');
	if (document.hidden || shown.contains(document.activeElement)) {
		return;
	}
	try {
		const response = await fetch('/');
		const page = new DOMParser().parseFromString(await response.text(), 'text/html');
		const current = page.getElementById('payments');
		if (current && !current.isEqualNode(shown)) {
			shown.replaceWith(document.adoptNode(current));
		}
		document.body.classList.remove('offline');
	}
	catch (error) {
		document.body.classList.add('offline');
	}
}, 2000);
