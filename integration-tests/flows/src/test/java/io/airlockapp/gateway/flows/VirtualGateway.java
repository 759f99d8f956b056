/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.flows;

import java.io.IOException;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

import javax.net.ssl.SSLPeerUnverifiedException;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.harp.SignatureForm;
import io.airlockapp.gateway.support.Deadline;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.http.client.ClientHttpRequest;
import org.springframework.http.client.ClientHttpRequestFactory;
import org.springframework.http.client.ClientHttpResponse;
import org.springframework.mock.http.client.MockClientHttpRequest;
import org.springframework.mock.http.client.MockClientHttpResponse;

/**
 * A gateway in virtual time, with people who approve, reject or stay silent, and a way to
 * it on which a tenth of all calls go wrong, some before and some after they arrived.
 */
final class VirtualGateway implements ClientHttpRequestFactory {

	private static final Duration READ_TIMEOUT = Duration.ofSeconds(5);

	/**
	 * The statuses that end an exchange which does not exist yet.
	 */
	private static final int[] REFUSALS = { 302, 307, 400, 401, 403, 422 };

	/**
	 * The JSON of others.
	 */
	private static final String[] FOREIGN = { "{}", "[\"approve\"]", "{\"requestId\":\"c0ffee-7\",\"status\":\"up\"}",
			"{\"statusCode\":200,\"body\":\"<html>\"}", "{\"msgType\":\"error\",\"body\":{\"code\":\"unavailable\"}}",
			"{\"body\":{\"decision\":\"approve\"}}" };

	private static final int[] STATUSES = { 404, 405, 408, 409, 410, 413, 415, 418, 425, 429, 451, 500, 501, 502, 503,
			504 };

	private final JsonMapper mapper = new JsonMapper();

	private final ApproverKey key = ApproverKey.generate("key-1");

	private final Map<String, Exchange> exchanges = new HashMap<>();

	/**
	 * How often each fault happened.
	 */
	private final Map<String, Integer> faults = new TreeMap<>();

	/**
	 * When all calls were told to pause.
	 */
	private final List<Instant> pauses = new ArrayList<>();

	private final VirtualTime time;

	private final Random random;

	private int calls;

	VirtualGateway(VirtualTime time, Random random) {
		this.time = time;
		this.random = random;
	}

	ApproverKey key() {
		return this.key;
	}

	int calls() {
		return this.calls;
	}

	Map<String, Integer> faults() {
		return this.faults;
	}

	/**
	 * Return whether calls were told to pause between two times.
	 */
	boolean hasPausedBetween(Instant first, Instant last) {
		return this.pauses.stream().anyMatch((pause) -> pause.isAfter(first) && pause.isBefore(last));
	}

	private void noteFault(URI uri) {
		String[] path = uri.getPath().split("/");
		this.exchanges.values()
			.stream()
			.filter((exchange) -> (path.length > 3) ? exchange.requestId.equals(path[3])
					: uri.getPath().equals("/v1/artifacts") && exchange.caller == Caller.current())
			.forEach((exchange) -> exchange.lastFault = now());
	}

	Iterable<Exchange> exchanges() {
		return this.exchanges.values();
	}

	@Override
	public ClientHttpRequest createRequest(URI uri, HttpMethod method) {
		return new Request(method, uri);
	}

	private Instant now() {
		return this.time.clock().instant();
	}

	private Answer answer(Request request) throws IOException {
		String[] path = request.getURI().getPath().split("/");
		if (request.getURI().getPath().equals("/v1/artifacts")) {
			return submit(this.mapper.readTree(request.getBodyAsBytes()));
		}
		if (request.getURI().getPath().equals("/v1/acks")) {
			return new Answer(200, "");
		}
		Exchange exchange = this.exchanges.get(path[3]);
		if (exchange == null) {
			return error(404, "not_found");
		}
		if (path.length == 4) {
			return exchange.status(now());
		}
		return path[4].equals("wait") ? await(exchange, request.hold()) : exchange.withdraw(now());
	}

	private Answer submit(JsonNode envelope) {
		String requestId = envelope.path("requestId").stringValue();
		String hash = envelope.at("/body/artifactHash").stringValue();
		Exchange known = this.exchanges.get(requestId);
		if (known == null) {
			this.exchanges.put(requestId, new Exchange(requestId, hash,
					Instant.parse(envelope.at("/body/expiresAt").stringValue()), Caller.current()));
		}
		else if (!known.hash.equals(hash)) {
			return error(409, "AlreadyExistsConflict");
		}
		else if (known.isDecided(now()) && this.random.nextBoolean()) {
			return error(409, "AlreadyDecidedConflict");
		}
		return envelope(202, "artifact.accepted", requestId, this.mapper.createObjectNode());
	}

	private Answer await(Exchange exchange, Duration hold) throws IOException {
		Instant until = now().plus(hold);
		if (!exchange.isDecided(now()) && exchange.isOpen(now())) {
			Instant next = exchange.next();
			this.time.pause(Duration.between(now(), next.isBefore(until) ? next : until));
		}
		if (exchange.isDecided(now())) {
			exchange.delivered = true;
			return new Answer(200, exchange.decision().toString());
		}
		return exchange.isOpen(now()) ? new Answer(204, "") : error(404, "not_found");
	}

	private Answer envelope(int status, String msgType, String requestId, ObjectNode body) {
		ObjectNode envelope = this.mapper.createObjectNode().put("msgType", msgType).put("requestId", requestId);
		envelope.set("body", body);
		return new Answer(status, envelope.toString());
	}

	private Answer error(int status, String code) {
		return switch (this.random.nextInt(3)) {
			case 0 -> new Answer(status, "");
			case 1 -> new Answer(status, "{\"error\":\"%s\",\"message\":\"No\"}".formatted(code));
			default -> new Answer(status, "{\"msgType\":\"error\",\"body\":{\"code\":\"%s\"}}".formatted(code));
		};
	}

	private record Answer(int status, String body) {
	}

	private enum Fault {

		STATUS, RESET, FOREIGN_CERTIFICATE, HANG, TRUNCATED, EMPTY, HTML, JUNK, DELAY, TOKEN

	}

	/**
	 * What a person does with a request.
	 */
	enum Answering {

		APPROVE, REJECT, SILENCE

	}

	/**
	 * What the gateway knows of a request.
	 */
	final class Exchange {

		private final String requestId;

		private final String hash;

		private final Instant expiresAt;

		private final int caller;

		private final Answering answering;

		private final Instant decidedAt;

		private final boolean decisionInStatus;

		private final boolean pascalCase;

		private @Nullable Instant withdrawnAt;

		private @Nullable ObjectNode decision;

		private @Nullable Instant lastFault;

		private boolean delivered;

		private boolean handedOver;

		private Exchange(String requestId, String hash, Instant expiresAt, int caller) {
			Random random = VirtualGateway.this.random;
			this.requestId = requestId;
			this.hash = hash;
			this.expiresAt = expiresAt;
			this.caller = caller;
			int dice = random.nextInt(100);
			this.answering = (dice < 65) ? Answering.APPROVE : (dice < 85) ? Answering.REJECT : Answering.SILENCE;
			long span = Duration.between(now(), expiresAt).toMillis();
			// Some while the request is withdrawn, and some just before or after that
			long at = switch (random.nextInt(8)) {
				case 0 -> span - 2_000 + random.nextLong(200);
				case 1 -> span - 4_000 + random.nextLong(5_000);
				default -> random.nextLong(span);
			};
			this.decidedAt = now().plusMillis(Math.max(1, at));
			this.decisionInStatus = random.nextBoolean();
			this.pascalCase = random.nextBoolean();
		}

		int caller() {
			return this.caller;
		}

		Answering answering() {
			return this.answering;
		}

		Instant decidedAt() {
			return this.decidedAt;
		}

		Instant expiresAt() {
			return this.expiresAt;
		}

		/**
		 * Return whether nothing went wrong any more once there was the decision.
		 */
		boolean isHealthyAfterDecision() {
			return this.lastFault == null || this.lastFault.isBefore(this.decidedAt);
		}

		/**
		 * Return whether the decision arrived at the application, whole and in time.
		 */
		boolean isHandedOver() {
			return this.handedOver;
		}

		boolean isDecided(Instant now) {
			return this.answering != Answering.SILENCE && !this.decidedAt.isAfter(now)
					&& this.decidedAt.isBefore(this.expiresAt)
					&& (this.withdrawnAt == null || this.decidedAt.isBefore(this.withdrawnAt));
		}

		boolean isOpen(Instant now) {
			return this.withdrawnAt == null && now.isBefore(this.expiresAt) && !isDecided(now);
		}

		private Instant next() {
			boolean decides = this.answering != Answering.SILENCE && this.decidedAt.isBefore(this.expiresAt);
			return decides ? this.decidedAt : this.expiresAt;
		}

		private Answer status(Instant now) {
			String state = isDecided(now) ? (this.delivered ? "delivered" : "decided") : (this.withdrawnAt != null)
					? "withdrawn" : now.isBefore(this.expiresAt) ? "pendingApproval" : "expired";
			ObjectNode body = VirtualGateway.this.mapper.createObjectNode()
				.put("requestId", this.requestId)
				.put("state", this.pascalCase ? state.substring(0, 1).toUpperCase() + state.substring(1) : state)
				.put("artifactHash", this.hash);
			if (isDecided(now) && this.decisionInStatus) {
				body.set("decision", decision().path("body"));
			}
			return envelope(200, "exchange.status", this.requestId, body);
		}

		private Answer withdraw(Instant now) {
			if (!isOpen(now)) {
				return error(409, "AlreadyDecidedConflict");
			}
			this.withdrawnAt = now;
			return envelope(200, "exchange.withdrawn", this.requestId,
					VirtualGateway.this.mapper.createObjectNode().put("state", "withdrawn"));
		}

		private ObjectNode decision() {
			if (this.decision == null) {
				String word = (this.answering == Answering.APPROVE) ? "approve" : "reject";
				this.decision = Decision
					.signed(SignatureForm.TEXT, VirtualGateway.this.key, word, this.requestId, this.hash)
					.envelope()
					.put("createdAt", this.decidedAt.toString())
					.put("expiresAt", this.expiresAt.toString());
			}
			return this.decision;
		}

	}

	/**
	 * A call on its way.
	 */
	private final class Request extends MockClientHttpRequest {

		private Request(HttpMethod method, URI uri) {
			super(method, uri);
		}

		private Duration hold() {
			String query = getURI().getQuery();
			return (query != null) ? Duration.ofSeconds(Integer.parseInt(query.substring("timeout=".length())))
					: Duration.ZERO;
		}

		@Override
		protected ClientHttpResponse executeInternal() throws IOException {
			VirtualGateway.this.calls++;
			Deadline end = Deadline.in(READ_TIMEOUT.plus(hold()), VirtualGateway.this.time);
			if (getAttributes().get("airlock.deadline") instanceof Deadline deadline
					&& deadline.remaining().compareTo(end.remaining()) < 0) {
				end = deadline;
			}
			if (VirtualGateway.this.random.nextInt(10) != 0) {
				return pass(end);
			}
			try {
				return fail(end);
			}
			finally {
				noteFault(getURI());
			}
		}

		private ClientHttpResponse pass(Deadline end) throws IOException {
			travel(end);
			Answer answer = answer(this);
			travel(end);
			noteHandover(answer);
			return response(answer.status(), answer.body(), MediaType.APPLICATION_JSON);
		}

		private void travel(Deadline end) throws IOException {
			VirtualGateway.this.time.pause(Duration.ofMillis(5 + VirtualGateway.this.random.nextInt(60)));
			if (end.isOver()) {
				throw new HttpTimeoutException("No whole answer in time");
			}
		}

		private void noteHandover(Answer answer) {
			String[] path = getURI().getPath().split("/");
			Exchange exchange = (path.length > 3) ? VirtualGateway.this.exchanges.get(path[3]) : null;
			if (exchange != null && answer.status() == 200 && answer.body().contains("\"signature\"")
					&& now().isBefore(exchange.expiresAt)) {
				exchange.handedOver = true;
			}
		}

		private ClientHttpResponse fail(Deadline end) throws IOException {
			Random random = VirtualGateway.this.random;
			Fault fault = Fault.values()[random.nextInt(Fault.values().length)];
			boolean arrives = random.nextBoolean() && fault != Fault.TOKEN;
			VirtualGateway.this.faults.merge(fault + (arrives ? " after" : " before"), 1, Integer::sum);
			if (fault == Fault.DELAY) {
				VirtualGateway.this.time.pause(Duration.ofMillis(random.nextInt(3_000)));
				return pass(end);
			}
			if (fault == Fault.TOKEN) {
				// As of an interceptor whose source of tokens fails
				throw new AirlockGatewayException("The access token cannot be obtained", null, null);
			}
			travel(end);
			Answer answer = (arrives || fault == Fault.TRUNCATED) ? answer(this) : new Answer(200, "");
			travel(end);
			return switch (fault) {
				case STATUS -> refusal();
				case RESET -> throw new SocketException("Connection reset");
				case FOREIGN_CERTIFICATE -> {
					// An exchange that does not exist yet ends
					throw isSubmission() ? new SocketException("Connection reset")
							: new SSLPeerUnverifiedException("Another host");
				}
				case HANG -> {
					VirtualGateway.this.time.pause(end.remaining());
					throw new HttpTimeoutException("No whole answer in time");
				}
				case TRUNCATED -> response(answer.status(), answer.body().substring(0, answer.body().length() * 2 / 3),
						MediaType.APPLICATION_JSON);
				case EMPTY -> response(200, "", MediaType.APPLICATION_JSON);
				case HTML -> response(200, "<html>approve</html>", MediaType.TEXT_HTML);
				case JUNK -> response(200, FOREIGN[random.nextInt(FOREIGN.length)], MediaType.APPLICATION_JSON);
				case DELAY, TOKEN -> throw new IllegalStateException();
			};
		}

		private boolean isSubmission() {
			return getURI().getPath().equals("/v1/artifacts");
		}

		private ClientHttpResponse refusal() {
			Random random = VirtualGateway.this.random;
			int status = STATUSES[random.nextInt(STATUSES.length)];
			if (!isSubmission() && random.nextInt(3) == 0) {
				status = REFUSALS[random.nextInt(REFUSALS.length)];
			}
			if (status == 429) {
				VirtualGateway.this.pauses.add(now());
			}
			Answer answer = error(status, "trouble");
			ClientHttpResponse response = response(status, answer.body(), MediaType.APPLICATION_JSON);
			if ((status == 429 || status == 503) && random.nextBoolean()) {
				response.getHeaders().set(HttpHeaders.RETRY_AFTER, String.valueOf(random.nextInt(3)));
			}
			return response;
		}

		private ClientHttpResponse response(int status, String text, MediaType type) {
			MockClientHttpResponse response = new MockClientHttpResponse(text.getBytes(StandardCharsets.UTF_8), status);
			response.getHeaders().setContentType(type);
			return response;
		}

	}

	/**
	 * Who calls the guarded method in this thread.
	 */
	static final class Caller {

		private static final ThreadLocal<Integer> number = ThreadLocal.withInitial(() -> -1);

		private Caller() {
		}

		static void set(int caller) {
			number.set(caller);
		}

		static int current() {
			return number.get();
		}

	}

}
