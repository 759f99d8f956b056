'use strict';

(() => {

	const BASE = '/approver';

	// Whose page it is, in this window
	const NAME = new URLSearchParams(location.search).get('name');

	const QUERY = NAME ? '?name=' + encodeURIComponent(NAME) : '';

	const COLORS = 8;

	const SVG = 'http://www.w3.org/2000/svg';

	// How long a settled request stays before it makes room: a second click on its button
	// must not land on the next request
	const LINGER = 1600;

	const OUTCOMES = {
		APPROVED: { word: 'Approved', icon: 'check' },
		REJECTED: { word: 'Rejected', icon: 'cross' },
		WITHDRAWN: { word: 'Withdrawn by the app', icon: 'back' },
		EXPIRED: { word: 'Expired', icon: 'clock' },
		AUDITED: { word: 'Decided by a do-not-disturb policy', icon: 'moon' },
		GONE: { word: 'No longer waiting', icon: 'back' }
	};

	const byId = (id) => document.getElementById(id);

	const cards = new Map();

	let apps = [];

	let titleEnd = 'Airlock approver';

	let offset = 0;

	let connected = false;

	// Text from outside is only ever set as text. What could reorder or hide parts of it was
	// spelled out by the server.
	function element(tag, className, text) {
		const result = document.createElement(tag);
		if (className) {
			result.className = className;
		}
		if (text !== undefined) {
			result.textContent = text;
			result.dir = 'auto';
		}
		return result;
	}

	function icon(name) {
		const svg = document.createElementNS(SVG, 'svg');
		svg.setAttribute('class', 'icon');
		svg.setAttribute('aria-hidden', 'true');
		const use = document.createElementNS(SVG, 'use');
		use.setAttribute('href', '#icon-' + name);
		svg.append(use);
		return svg;
	}

	function show(node, text) {
		node.hidden = !text;
		return text || '';
	}

	function announce(text) {
		byId('announcer').textContent = text;
	}

	async function post(path, body) {
		const response = await fetch(BASE + path + QUERY, {
			method: 'POST',
			headers: { 'Content-Type': 'application/json', 'X-Airlock-Approver': '1' },
			body: JSON.stringify(body)
		});
		if (!response.ok) {
			const error = await response.json().catch(() => ({}));
			throw new Error(error.message || 'The simulator answered ' + response.status);
		}
		return (response.status === 204) ? null : response.json();
	}

	// Time

	const now = () => Date.now() + offset;

	const timeOfDay = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' });

	function timeLeft(millis) {
		const seconds = Math.ceil(millis / 1000);
		if (seconds <= 0) {
			return 'No time left';
		}
		if (seconds >= 3600) {
			return Math.floor(seconds / 3600) + ' h ' + String(Math.floor(seconds / 60) % 60).padStart(2, '0') + ' min left';
		}
		return Math.floor(seconds / 60) + ':' + String(seconds % 60).padStart(2, '0') + ' left';
	}

	function timeSince(millis) {
		const seconds = Math.max(0, Math.floor(millis / 1000));
		if (seconds < 5) {
			return 'just now';
		}
		if (seconds < 60) {
			return seconds + ' s ago';
		}
		return (seconds < 3600) ? Math.floor(seconds / 60) + ' min ago' : Math.floor(seconds / 3600) + ' h ago';
	}

	function tick() {
		cards.forEach((card) => card.settled || card.tick());
		renderApps();
	}

	// Requests

	class Card {

		constructor(request, isNew) {
			this.request = request;
			this.title = request.description || request.label || request.command || 'Request without a description';
			this.slot = byId('card-template').content.firstElementChild.cloneNode(true);
			this.article = this.part('.card');
			this.settled = false;
			if (isNew) {
				this.slot.dataset.new = '';
			}
			this.fill();
			this.tick();
		}

		part(selector) {
			return this.slot.querySelector(selector);
		}

		fill() {
			const request = this.request;
			const title = this.part('.description');
			title.textContent = this.title;
			title.id = 'title-' + request.id;
			this.article.setAttribute('aria-labelledby', title.id);
			this.part('.label').textContent = (request.label && request.label !== this.title) ? request.label : 'Approval request';
			this.part('.problem span').textContent = show(this.part('.problem'),
				request.problem && 'This request can\u2019t be read, so it can only be rejected: ' + request.problem);
			this.part('.command code').textContent = show(this.part('.command'), request.command);
			this.fillArguments();
			this.fact('Workspace', request.workspace);
			this.fact('Repository', request.repo);
			this.fact('Source', request.source);
			this.fact('Type', request.artifactType);
			this.fact('App', request.enforcer);
			this.age = this.fact('Asked', ' ');
			this.fillActions();
		}

		fillArguments() {
			this.part('.arguments').hidden = this.request.arguments.length === 0;
			for (const { name, value } of this.request.arguments) {
				const row = element('tr');
				const head = element('th', '', name);
				head.scope = 'row';
				row.append(head, element('td', '', value));
				this.part('.arguments tbody').append(row);
			}
		}

		fact(name, value) {
			const detail = element('dd', '', value || '');
			if (value) {
				const fact = element('div', 'fact');
				fact.append(element('dt', '', name), detail);
				this.part('.facts').append(fact);
			}
			return detail;
		}

		fillActions() {
			for (const action of this.request.actions) {
				const button = element('button', 'button button-' + action.style);
				button.type = 'button';
				button.append(icon(action.approves ? 'check' : 'cross'), element('span', '', action.caption));
				button.addEventListener('click', (event) => {
					if (event.detail < 2) {
						this.decide(action);
					}
				});
				this.part('.actions').append(button);
			}
		}

		tick() {
			const { createdAt, expiresAt } = this.request;
			const left = expiresAt - now();
			const fraction = Math.min(1, Math.max(0, left / Math.max(1, expiresAt - createdAt)));
			this.part('.left-time').textContent = timeLeft(left);
			this.part('.timebar-fill').style.transform = 'scaleX(' + fraction.toFixed(4) + ')';
			this.article.dataset.urgency = (left < 15000) ? 'last' : (left < 60000) ? 'soon' : 'calm';
			this.age.textContent = timeSince(now() - createdAt);
		}

		controls() {
			return this.slot.querySelectorAll('.deciding button, .deciding input');
		}

		async decide(action) {
			const reason = this.part('.reason input').value.trim();
			const body = { requestId: this.request.id, actionId: action.id };
			if (reason) {
				body.reason = reason;
			}
			const focused = document.activeElement;
			this.controls().forEach((control) => { control.disabled = true; });
			this.part('.failure').hidden = true;
			// The event that it is decided may come before the answer
			this.decidedHere = true;
			try {
				await post('/decisions', body);
			}
			catch (error) {
				this.decidedHere = false;
				this.part('.failure').textContent = show(this.part('.failure'), 'Not sent: ' + error.message);
				this.controls().forEach((control) => { control.disabled = false; });
				focused.focus();
			}
		}

		settle(outcome) {
			this.settled = true;
			const { word, icon: name } = OUTCOMES[outcome];
			const hadFocus = this.slot.contains(document.activeElement) || (this.decidedHere && document.activeElement === document.body);
			this.article.dataset.outcome = outcome;
			this.part('.failure').hidden = true;
			this.part('.outcome').append(icon(name), element('span', '', word));
			if (hadFocus) {
				this.part('.outcome').focus({ preventScroll: true });
			}
			announce(word + ': ' + this.title);
			setTimeout(() => this.leave(), LINGER);
		}

		leave() {
			this.slot.dataset.leaving = '';
			setTimeout(() => {
				const hadFocus = this.slot.contains(document.activeElement);
				const next = this.slot.nextElementSibling || this.slot.previousElementSibling;
				this.slot.remove();
				cards.delete(this.request.id);
				renderEmpty();
				if (hadFocus) {
					(next ? next.querySelector('.card') : byId('pending-title')).focus({ preventScroll: true });
				}
			}, 300);
		}

	}

	function renderPending(pending, history, first) {
		const waiting = new Set(pending.map((request) => request.id));
		const fresh = pending.filter((request) => !cards.has(request.id));
		for (const request of fresh) {
			const card = new Card(request, !first);
			cards.set(request.id, card);
			byId('pending').append(card.slot);
		}
		for (const [id, card] of cards) {
			if (!waiting.has(id) && !card.settled) {
				const handled = history.find((entry) => entry.id === id);
				card.settle(handled ? handled.outcome : 'GONE');
			}
		}
		if (fresh.length > 0) {
			announce(first || fresh.length > 1 ? fresh.length + ' requests wait for you'
				: 'New request: ' + cards.get(fresh[0].id).title);
		}
		byId('count').hidden = pending.length === 0;
		byId('count').textContent = pending.length;
		document.title = (pending.length > 0 ? '(' + pending.length + ') ' : '') + titleEnd;
		renderEmpty();
	}

	function renderEmpty() {
		byId('empty').hidden = !connected || cards.size > 0;
	}

	// Approvers

	let renderedApprovers = '';

	function renderApprovers(own, approvers) {
		const key = JSON.stringify(approvers);
		if (key === renderedApprovers || approvers.length < 2) {
			return;
		}
		renderedApprovers = key;
		document.body.dataset.who = approvers.findIndex((approver) => approver.name === own) % COLORS;
		byId('who').hidden = false;
		byId('who-name').textContent = own;
		titleEnd = own + ' \u00b7 Airlock approver';
		const focused = byId('approvers').contains(document.activeElement) && document.activeElement.search;
		byId('approvers').replaceChildren(...approvers.map((approver) => {
			const link = element('a', '', approver.name + (approver.pending > 0 ? ' (' + approver.pending + ')' : ''));
			link.href = '?name=' + encodeURIComponent(approver.name);
			if (approver.name === own) {
				link.setAttribute('aria-current', 'page');
			}
			return link;
		}));
		if (focused) {
			[...byId('approvers').children].find((link) => link.search === focused)?.focus({ preventScroll: true });
		}
	}

	// History

	function renderHistory(history) {
		const entries = history.map((handled) => {
			const { word, icon: name } = OUTCOMES[handled.outcome];
			const entry = element('li', 'entry');
			entry.dataset.outcome = handled.outcome;
			const mark = element('span', 'mark');
			mark.append(icon(name));
			const text = element('div');
			const title = handled.description || handled.label || handled.command || 'Request without a description';
			const heading = element('p', 'entry-title', title);
			heading.title = title;
			const result = element('p', 'entry-result');
			result.append(element('span', 'entry-word', word));
			const more = handled.reason ? '\u201c' + handled.reason + '\u201d' : handled.policy;
			if (more) {
				result.append(' \u00b7 ', element('span', 'entry-reason', more));
			}
			text.append(heading, result);
			const at = new Date(handled.at);
			const time = element('time', '', timeOfDay.format(at));
			time.dateTime = at.toISOString();
			time.title = at.toLocaleString();
			entry.append(mark, text, time);
			return entry;
		});
		byId('history').replaceChildren(...entries);
		byId('history-empty').hidden = entries.length > 0;
	}

	// Apps

	let renderedApps = '';

	function renderApps() {
		const states = apps.map((app) => ({ ...app, online: now() <= app.onlineUntil }));
		const key = JSON.stringify(states.map(({ id, label, workspace, online }) => [id, label, workspace, online]));
		if (key === renderedApps) {
			return;
		}
		renderedApps = key;
		byId('apps').replaceChildren(...states.map((app) => {
			const item = element('li', 'app');
			item.dataset.online = app.online;
			item.append(element('span', 'dot'), element('span', 'app-name', app.label || app.id),
				element('span', 'app-state', (app.online ? 'Online' : 'Offline') + (app.workspace ? ' \u00b7 ' + app.workspace : '')));
			return item;
		}));
		byId('apps-empty').hidden = states.length > 0;
	}

	// Pairing

	function pairMessage(text, failed) {
		byId('pair-message').textContent = text;
		byId('pair-message').dataset.failed = failed;
	}

	byId('pair').addEventListener('submit', async (event) => {
		event.preventDefault();
		byId('made-code').hidden = true;
		const code = byId('pair-code').value.trim();
		if (!code) {
			pairMessage('Type in the code first.', true);
			byId('pair-code').focus();
			return;
		}
		try {
			await post('/pairings', { code });
			byId('pair-code').value = '';
			pairMessage('Paired. The app is ready in a few seconds.', false);
		}
		catch (error) {
			pairMessage(error.message + '.', true);
		}
	});

	byId('make-code').addEventListener('click', async () => {
		try {
			const { code } = await post('/pairing-codes', {});
			byId('made-code').textContent = code;
			byId('made-code').hidden = false;
			pairMessage('Valid for 30 minutes.', false);
		}
		catch (error) {
			pairMessage(error.message + '.', true);
		}
	});

	// Connection

	let lastHistory = '';

	function render(view) {
		const first = !connected;
		offset = view.now - Date.now();
		connected = true;
		apps = view.apps;
		byId('key-id').textContent = view.device.keyId;
		byId('fingerprint').textContent = view.device.fingerprint;
		renderApprovers(view.approver, view.approvers);
		renderPending(view.pending, view.history, first);
		const history = JSON.stringify(view.history);
		if (history !== lastHistory) {
			lastHistory = history;
			renderHistory(view.history);
		}
		renderApps();
	}

	function link(state, text) {
		if (byId('link').dataset.state !== state) {
			byId('link').dataset.state = state;
			byId('link-text').textContent = text;
		}
	}

	function connect() {
		const events = new EventSource(BASE + '/events' + QUERY);
		events.addEventListener('message', (event) => {
			link('live', 'Live');
			render(JSON.parse(event.data));
		});
		events.addEventListener('error', () => {
			link('lost', 'Reconnecting');
			if (events.readyState === EventSource.CLOSED) {
				setTimeout(connect, 2000);
			}
		});
	}

	connect();
	setInterval(tick, 1000);

})();
