'use strict';

(() => {

	// A browser keeps six calls to one address open, and one of them must stay free
	const MAX_WAITING = 5;

	const STATES = {
		waiting: { word: 'Waiting for approval', icon: 'ring' },
		done: { word: 'Done', icon: 'check' },
		denied: { word: 'Denied', icon: 'cross' },
		timeout: { word: 'Timed out', icon: 'clock' },
		unavailable: { word: 'Unavailable', icon: 'alert' },
		unverified: { word: 'Not verified', icon: 'alert' },
		refused: { word: 'Not accepted', icon: 'cross' },
		unknown: { word: 'No answer', icon: 'alert' }
	};

	const STATE_BY_STATUS = { 400: 'refused', 403: 'denied', 502: 'unverified', 503: 'unavailable', 504: 'timeout' };

	const byId = (id) => document.getElementById(id);

	const inputs = ['order', 'amount', 'iban'].map(byId);

	const waiting = new Set();

	const timeOfDay = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' });

	function clock(millis) {
		const seconds = Math.max(0, Math.floor(millis / 1000));
		return Math.floor(seconds / 60) + ':' + String(seconds % 60).padStart(2, '0');
	}

	function money(text) {
		const [whole, cents = ''] = String(text).split('.');
		return whole.replace(/\B(?=(\d{3})+$)/g, '\u2009') + '.' + cents.padEnd(2, '0');
	}

	// What could reorder or hide parts of a text from outside is spelled out
	function readable(text) {
		return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]/g,
			(char) => '\u27e8U+' + char.codePointAt(0).toString(16).toUpperCase().padStart(4, '0') + '\u27e9');
	}

	// Refunds

	class Entry {

		constructor(order, amount, iban) {
			this.order = order;
			this.since = Date.now();
			this.item = byId('refund-template').content.firstElementChild.cloneNode(true);
			this.part('.order').textContent = 'Order ' + order;
			this.part('.amount').textContent = money(amount);
			this.part('.account').textContent = iban ? 'To ' + iban.slice(0, 4) + ' \u2022\u2022\u2022\u2022 ' + iban.slice(-4) : '';
			byId('refunds').prepend(this.item);
			byId('empty').hidden = true;
		}

		part(selector) {
			return this.item.querySelector(selector);
		}

		show(state, detail, time) {
			this.item.dataset.state = state;
			this.part('use').setAttribute('href', '#icon-' + STATES[state].icon);
			this.part('.state-word').textContent = STATES[state].word;
			this.part('.state-time').textContent = time;
			this.part('.detail').textContent = readable(detail);
			this.part('.detail').hidden = !detail;
		}

		wait() {
			this.item.dataset.new = '';
			waiting.add(this);
			this.show('waiting', '', clock(0));
			this.announce('');
			renderWaiting();
		}

		tick() {
			this.part('.state-time').textContent = clock(Date.now() - this.since);
		}

		settle(state, detail) {
			waiting.delete(this);
			this.show(state, detail, 'after ' + clock(Date.now() - this.since));
			this.announce(detail);
			renderWaiting();
		}

		announce(detail) {
			byId('announcer').textContent = 'Order ' + this.order + ': ' + STATES[this.item.dataset.state].word
				+ (detail ? ', ' + readable(detail) : '');
		}

	}

	function renderWaiting() {
		const full = waiting.size >= MAX_WAITING;
		byId('count').hidden = waiting.size === 0;
		byId('count').textContent = waiting.size + ' waiting';
		byId('submit').setAttribute('aria-disabled', String(full));
		byId('limit').textContent = full ? 'Five refunds are waiting. Submit more once one of them is decided.' : '';
		document.title = (waiting.size > 0 ? '(' + waiting.size + ') ' : '') + 'Refund desk';
	}

	async function refund(order, amount, iban) {
		const entry = new Entry(order, amount, iban);
		entry.wait();
		try {
			// The amount is sent as text, since a JavaScript number may be another one
			const response = await fetch('/refunds', {
				method: 'POST',
				headers: { 'Content-Type': 'application/json', 'Accept': 'application/json, application/problem+json' },
				body: JSON.stringify({ order, amount, iban })
			});
			if (response.ok) {
				entry.settle('done', '');
				return;
			}
			const problem = await response.json().catch(() => ({}));
			const state = STATE_BY_STATUS[response.status] || 'unknown';
			entry.settle(state, problem.reason ? '\u201c' + problem.reason + '\u201d'
				: problem.detail || 'The application answered ' + response.status + '.');
		}
		catch (error) {
			entry.settle('unknown', 'The connection was lost, so it is not known whether the refund was made.');
		}
	}

	// Form

	function check(input) {
		const valid = input.validity.valid;
		input.setAttribute('aria-invalid', String(!valid));
		byId(input.id + '-error').textContent = valid ? '' : input.dataset.error;
		return valid;
	}

	for (const input of inputs) {
		input.addEventListener('input', () => {
			if (input.getAttribute('aria-invalid') === 'true') {
				check(input);
			}
		});
	}

	byId('form').addEventListener('submit', (event) => {
		event.preventDefault();
		if (waiting.size >= MAX_WAITING) {
			return;
		}
		const invalid = inputs.filter((input) => !check(input));
		if (invalid.length > 0) {
			invalid[0].focus();
			return;
		}
		const [order, amount, iban] = inputs.map((input) => input.value.trim());
		refund(Number(order), amount.replace(',', '.'), iban.replace(/\s/g, '').toUpperCase());
		byId('order').value = Number(order) + 1;
	});

	// Start

	async function showMade() {
		const response = await fetch('/refunds', { headers: { 'Accept': 'application/json' } });
		const refunds = response.ok ? await response.json() : [];
		for (const made of refunds) {
			new Entry(made.order, made.amount, '').show('done', '', timeOfDay.format(new Date(made.refundedAt)));
		}
	}

	showMade().catch(() => {}).finally(() => {
		byId('empty').hidden = byId('refunds').childElementCount > 0;
	});
	setInterval(() => waiting.forEach((entry) => entry.tick()), 250);

})();
