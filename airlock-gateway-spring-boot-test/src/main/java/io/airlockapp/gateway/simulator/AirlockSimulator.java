/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.simulator;

import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

import io.airlockapp.gateway.Pairing;
import io.airlockapp.gateway.harp.EncryptionKey;
import io.airlockapp.gateway.harp.SignatureForm;
import io.airlockapp.gateway.harp.SignerKey;
import io.airlockapp.gateway.simulator.approver.Approver;
import io.airlockapp.gateway.simulator.approver.ApproverApi;
import io.airlockapp.gateway.simulator.approver.ApproverEvents;
import io.airlockapp.gateway.simulator.approver.ApproverHandler;
import io.airlockapp.gateway.simulator.approver.ApproverView;
import io.airlockapp.gateway.simulator.approver.AutomaticDecisions;
import io.airlockapp.gateway.simulator.approver.Phone;
import io.airlockapp.gateway.simulator.approver.SameOriginFilter;
import io.airlockapp.gateway.simulator.approver.UndecidedTimeout;
import io.airlockapp.gateway.simulator.gateway.AccountEndpoints;
import io.airlockapp.gateway.simulator.gateway.ChangeSignal;
import io.airlockapp.gateway.simulator.gateway.Consent;
import io.airlockapp.gateway.simulator.gateway.ExchangeEndpoints;
import io.airlockapp.gateway.simulator.gateway.ExchangeStore;
import io.airlockapp.gateway.simulator.gateway.GatewayRouter;
import io.airlockapp.gateway.simulator.gateway.Identity;
import io.airlockapp.gateway.simulator.gateway.PairingEndpoints;
import io.airlockapp.gateway.simulator.gateway.PairingRegistry;
import io.airlockapp.gateway.simulator.gateway.PolicyStore;
import io.airlockapp.gateway.simulator.gateway.Presence;
import io.airlockapp.gateway.simulator.gateway.RequestQuota;
import io.airlockapp.gateway.simulator.http.SimulatorServer;
import io.airlockapp.gateway.simulator.http.SimulatorThreads;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import org.springframework.format.annotation.DurationFormat.Style;
import org.springframework.format.datetime.standard.DurationFormatterUtils;

/**
 * Simulated Airlock gateway on the loopback address, together with its approver: a person
 * with a phone, who decrypts requests and signs decisions with real cryptography. A test
 * acts as the person by the methods of this class, a user by the page at
 * {@link #approverUrl()}. There can be {@linkplain #addApprover(String) more approvers},
 * each with a pairing of its own.
 * <p>
 * The gateway's responses have the format, states and status codes of the real one. An
 * application with the {@link #properties()} can request approvals without a pairing
 * step. It can also be paired.
 * <p>
 * All methods are thread-safe. All threads of the simulator are daemons.
 */
public final class AirlockSimulator implements AutoCloseable {

	static final Duration DEFAULT_WAIT = Duration.ofSeconds(10);

	private static final String PREFIX = "airlock.gateway.";

	private final AirlockSimulatorBuilder settings;

	private final ChangeSignal signal = new ChangeSignal();

	private final SimulatorThreads threads = new SimulatorThreads();

	private final SimulatorServer server;

	private final Map<String, SimulatedApprover> approvers = new ConcurrentHashMap<>();

	private final SimulatedApprover defaultApprover;

	private final PairingRegistry pairings;

	private volatile UnaryOperator<ObjectNode> pairingTampering = UnaryOperator.identity();

	private final ExchangeStore exchanges;

	private final AutomaticDecisions automaticDecisions;

	private final UndecidedTimeout patience;

	private final Presence presence;

	private final PolicyStore policies;

	private final Consent consent;

	private final RequestQuota quota;

	private final RequestLog calls = new RequestLog();

	private final FaultPlan faults = new FaultPlan();

	AirlockSimulator(AirlockSimulatorBuilder settings) {
		this.settings = settings;
		InstantSource clock = settings.clock;
		this.server = new SimulatorServer(settings.port, this.threads.calls());
		this.pairings = new PairingRegistry(clock, this.signal);
		this.exchanges = new ExchangeStore(clock, this.signal);
		this.automaticDecisions = new AutomaticDecisions(this.exchanges, this.threads.calls(),
				settings.automaticDecision);
		this.defaultApprover = addApprover(Pairing.DEFAULT_NAME);
		this.patience = new UndecidedTimeout(clock, this.exchanges, settings.patience);
		this.presence = new Presence(clock, this.signal);
		this.policies = new PolicyStore(clock);
		this.consent = new Consent(approverUrl());
		this.quota = new RequestQuota(clock, settings.quota);
		this.server.serve("/", new GatewayHandler(clock, this.calls, this.faults,
				new Identity(settings.pat, settings.bearerTokens), this.quota, router()));
		this.server.serve(ApproverHandler.PATH, approverHandler());
		this.server.start();
		this.threads.tick(() -> {
			this.exchanges.expireDue();
			this.patience.rejectDue();
		});
	}

	private GatewayRouter router() {
		InstantSource clock = this.settings.clock;
		URI identityProvider = this.settings.identityProvider;
		return new GatewayRouter(
				new ExchangeEndpoints(clock, this.exchanges, this.pairings, this.automaticDecisions, this.consent,
						this.settings.style()),
				new PairingEndpoints(clock, this.pairings, this.defaultApprover.approver(),
						(response) -> this.pairingTampering.apply(response), baseUrl()),
				new AccountEndpoints(clock, (identityProvider != null) ? identityProvider : URI.create(baseUrl()),
						this.presence, this.policies, this.consent, this.settings.style()));
	}

	private ApproverHandler approverHandler() {
		InstantSource clock = this.settings.clock;
		ApproverView view = new ApproverView(clock, this.pairings, this.exchanges, this.presence);
		return new ApproverHandler(clock, new SameOriginFilter(this.server.port()),
				new ApproverApi(this.exchanges, this.pairings), new ApproverEvents(this.signal, view));
	}

	/**
	 * Start a simulator on a free port, whose requests are decided by a person.
	 * @return the running simulator
	 */
	public static AirlockSimulator start() {
		return builder().start();
	}

	/**
	 * Create a builder to configure a simulator.
	 * @return a builder
	 */
	public static AirlockSimulatorBuilder builder() {
		return new AirlockSimulatorBuilder();
	}

	/**
	 * Return the gateway's base URL.
	 * @return the URL, without a trailing slash
	 */
	public String baseUrl() {
		return "http://127.0.0.1:" + this.server.port();
	}

	/**
	 * Return the URL of the approvers' page, which shows the default approver at first.
	 * @return the URL, to open in a browser on this machine
	 * @see SimulatedApprover#url()
	 */
	public String approverUrl() {
		return baseUrl() + ApproverHandler.PATH;
	}

	/**
	 * Return the properties of an application that can request approvals of all approvers
	 * immediately. Some of them are secrets of this simulator.
	 * @return property values by name
	 */
	public Map<String, String> properties() {
		Map<String, String> properties = new LinkedHashMap<>();
		properties.put(PREFIX + "base-url", baseUrl());
		properties.put(PREFIX + "auth.pat", pat());
		this.pairings.initial().keySet().forEach((name) -> {
			SimulatedApprover approver = approver(name);
			String prefix = PREFIX + (approver == this.defaultApprover ? "pairing." : "pairings." + name + ".");
			properties.put(prefix + "routing-token", approver.routingToken());
			properties.put(prefix + "encryption-key", approver.encryptionKey().encode());
			SignerKey key = approver.signerKey();
			properties.put(prefix + "signer-keys." + key.id(), key.encode());
		});
		return properties;
	}

	/**
	 * Return the personal access token that the gateway accepts.
	 * @return the token
	 */
	public String pat() {
		return this.settings.pat;
	}

	/**
	 * Return the routing token of the default approver's pairing in
	 * {@link #properties()}.
	 * @return the routing token
	 */
	public String routingToken() {
		return this.defaultApprover.routingToken();
	}

	/**
	 * Return the encryption key of the default approver's pairing in
	 * {@link #properties()}.
	 * @return the encryption key
	 */
	public EncryptionKey encryptionKey() {
		return this.defaultApprover.encryptionKey();
	}

	/**
	 * Return the key that verifies the default approver's decisions.
	 * @return the public key
	 */
	public SignerKey signerKey() {
		return this.defaultApprover.signerKey();
	}

	/**
	 * Replace the default approver's phone. Its new key is unknown to all applications
	 * until they are paired again.
	 * @return the new public key
	 */
	public SignerKey renewSignerKey() {
		return this.defaultApprover.renewSignerKey();
	}

	/**
	 * Set the form of the signatures of all approvers from now on.
	 * @param form the form
	 */
	public void signatureForm(SignatureForm form) {
		this.approvers.values().forEach((approver) -> approver.approver().phone().setForm(form));
	}

	/**
	 * Return the default approver, for tests that need nothing else of this simulator.
	 * @return the approver
	 */
	public SimulatedApprover approver() {
		return this.defaultApprover;
	}

	/**
	 * Return an approver.
	 * @param name the name of the approver's pairing
	 * @return the approver
	 * @throws IllegalArgumentException if there is none with this name
	 */
	public SimulatedApprover approver(String name) {
		SimulatedApprover approver = this.approvers.get(name);
		if (approver == null) {
			throw new IllegalArgumentException("There is no approver '%s': add it, or use one of %s".formatted(name,
					this.pairings.initial().keySet()));
		}
		return approver;
	}

	/**
	 * Add an approver with a phone of its own, unless there is one with this name.
	 * @param name the name of the approver's pairing
	 * @return the approver
	 * @throws IllegalArgumentException if the name is not one of a pairing
	 */
	public SimulatedApprover addApprover(String name) {
		return addApprover(new Approver(Pairing.requireName(name), new Phone(this.settings.signatureForm)));
	}

	/**
	 * Add an approver on the phone, and so with the signer key, of another approver,
	 * unless there is one with this name.
	 * @param name the name of the approver's pairing
	 * @param owner the approver with the phone
	 * @return the approver
	 * @throws IllegalArgumentException if the name is not one of a pairing
	 */
	public SimulatedApprover addApprover(String name, SimulatedApprover owner) {
		return addApprover(new Approver(Pairing.requireName(name), owner.approver().phone()));
	}

	private SimulatedApprover addApprover(Approver approver) {
		return this.approvers.computeIfAbsent(approver.name(), (name) -> {
			this.pairings.add(approver);
			return new SimulatedApprover(this, approver, this.pairings, this.automaticDecisions, this.faults);
		});
	}

	/**
	 * Return the pending requests of all approvers.
	 * @return the requests, oldest first
	 */
	public List<PendingRequest> pending() {
		return this.exchanges.pending();
	}

	/**
	 * Wait up to 10 seconds for a pending request.
	 * @return the oldest pending request
	 * @throws IllegalStateException if there is none in time; the message contains the
	 * calls that the gateway received instead
	 */
	public PendingRequest awaitPending() {
		return awaitPending(DEFAULT_WAIT);
	}

	/**
	 * Wait for a pending request.
	 * @param timeout the maximum time to wait
	 * @return the oldest pending request
	 * @throws IllegalStateException if there is none in time; the message contains the
	 * calls that the gateway received instead
	 */
	public PendingRequest awaitPending(Duration timeout) {
		return awaitPending(1, timeout).get(0);
	}

	/**
	 * Wait until several requests are pending at the same time.
	 * @param count the minimum number of requests
	 * @param timeout the maximum time to wait
	 * @return at least as many requests, oldest first
	 * @throws IllegalStateException if there are fewer in time; the message contains the
	 * calls that the gateway received instead
	 */
	public List<PendingRequest> awaitPending(int count, Duration timeout) {
		return awaitPending(count, timeout, (request) -> true);
	}

	List<PendingRequest> awaitPending(int count, Duration timeout, Predicate<PendingRequest> filter) {
		long deadline = System.nanoTime() + timeout.toNanos();
		try {
			while (true) {
				int version = this.signal.version();
				List<PendingRequest> all = pending();
				List<PendingRequest> pending = all.stream().filter(filter).toList();
				if (pending.size() >= count) {
					return pending;
				}
				if (!this.signal.awaitAfter(version, deadline - System.nanoTime())) {
					List<String> others = all.stream().filter(filter.negate()).map(PendingRequest::approver).toList();
					throw new IllegalStateException(
							("%d of %d requests waited for the approver within %s. %sCalls: %s. A call in another thread may have failed before "
									+ "it asked: look at its future. A durable call is submitted by a worker or a ManualStepExecutor")
								.formatted(pending.size(), count,
										DurationFormatterUtils.print(timeout, Style.COMPOSITE),
										others.isEmpty() ? "" : "Requests for other approvers: %s. ".formatted(others),
										requests()));
				}
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException("Interrupted while waiting for a request", ex);
		}
	}

	/**
	 * Approve a request.
	 * @param requestId the request's id
	 * @throws IllegalArgumentException if there is no such request
	 * @throws IllegalStateException if it is no longer pending, or could not be decrypted
	 */
	public void approve(String requestId) {
		decide(requestId, SimulatedDecision.approve());
	}

	/**
	 * Approve a request.
	 * @param requestId the request's id
	 * @param reason the approver's reason
	 * @throws IllegalArgumentException if there is no such request
	 * @throws IllegalStateException if it is no longer pending, or could not be decrypted
	 */
	public void approve(String requestId, String reason) {
		decide(requestId, SimulatedDecision.approve(reason));
	}

	/**
	 * Reject a request.
	 * @param requestId the request's id
	 * @throws IllegalArgumentException if there is no such request
	 * @throws IllegalStateException if it is no longer pending
	 */
	public void reject(String requestId) {
		decide(requestId, SimulatedDecision.reject());
	}

	/**
	 * Reject a request.
	 * @param requestId the request's id
	 * @param reason the approver's reason
	 * @throws IllegalArgumentException if there is no such request
	 * @throws IllegalStateException if it is no longer pending
	 */
	public void reject(String requestId, String reason) {
		decide(requestId, SimulatedDecision.reject(reason));
	}

	/**
	 * Decide a request.
	 * @param requestId the request's id
	 * @param decision the decision
	 * @throws IllegalArgumentException if there is no such request
	 * @throws IllegalStateException if it is no longer pending, or is approved although
	 * it could not be decrypted
	 */
	public void decide(String requestId, SimulatedDecision decision) {
		requirePending(this.exchanges.decide(requestId, decision), requestId);
	}

	private static void requirePending(boolean pending, String requestId) {
		if (!pending) {
			throw new IllegalStateException("Request %s no longer waits for the approver".formatted(requestId));
		}
	}

	/**
	 * Let all approvers approve all requests from now on, including those that are
	 * already pending.
	 */
	public void approveAll() {
		decideAutomatically((request) -> SimulatedDecision.approve());
	}

	/**
	 * Let all approvers reject all requests from now on, including those that are already
	 * pending.
	 * @param reason the approvers' reason
	 */
	public void rejectAll(String reason) {
		decideAutomatically((request) -> SimulatedDecision.reject(reason));
	}

	/**
	 * Decide the requests of all approvers by a function from now on, including those
	 * that are already pending. The function is called on a separate thread for each
	 * request.
	 * @param decision the function, which returns {@code null} to leave a request to a
	 * person; {@code null} to leave all requests to a person again
	 */
	public void decideAutomatically(@Nullable Function<PendingRequest, @Nullable SimulatedDecision> decision) {
		this.automaticDecisions.use(decision);
	}

	/**
	 * Set the maximum time for which requests can be pending from now on.
	 * @param limit the time after which a request is rejected, or {@code null} for no
	 * limit
	 * @throws IllegalArgumentException if the limit is negative
	 * @see AirlockSimulatorBuilder#patience
	 */
	public void patience(@Nullable Duration limit) {
		this.patience.setLimit(limit);
	}

	/**
	 * Return the maximum time for which requests can be pending.
	 * @return the time, or {@code null} if there is no limit
	 */
	public @Nullable Duration patience() {
		return this.patience.limit();
	}

	/**
	 * Return the requests that were rejected since they were not decided within the
	 * {@linkplain #patience(Duration) patience}.
	 * @return the requests, oldest first
	 */
	public List<PendingRequest> undecided() {
		return this.patience.undecided();
	}

	/**
	 * Return all requests that approvers received, except those that were removed from
	 * the {@link #history()}.
	 * @return the requests, oldest first
	 */
	public List<PendingRequest> asked() {
		return this.exchanges.asked();
	}

	/**
	 * Return the last 1,000 requests that are no longer pending.
	 * @return decided, withdrawn and expired requests, oldest first
	 */
	public List<HandledRequest> history() {
		return this.exchanges.history();
	}

	/**
	 * Act as a hostile gateway, which changes signed decisions at each delivery.
	 * @param tampering the function that receives a copy of the {@code decision.deliver}
	 * envelope and returns the one to deliver
	 */
	public void tamperDecisions(UnaryOperator<ObjectNode> tampering) {
		this.exchanges.tamper(tampering);
	}

	/**
	 * Act as a hostile gateway, which delivers a decision that another approver signed.
	 * @param requestId the request's id
	 * @param signer the approver who signs
	 * @param decision the decision
	 * @throws IllegalArgumentException if there is no such request
	 * @throws IllegalStateException if it is no longer pending
	 */
	public void forgeDecision(String requestId, SimulatedApprover signer, SimulatedDecision decision) {
		requirePending(this.exchanges.forge(requestId, signer.approver(), decision), requestId);
	}

	/**
	 * Act as a hostile gateway, which delivers the signed decision on one request as that
	 * on another.
	 * @param decidedId the id of the decided request
	 * @param requestId the id of the other request
	 * @throws IllegalArgumentException if there is no such request
	 * @throws IllegalStateException if the former is not decided, or the latter is no
	 * longer pending
	 */
	public void carryDecision(String decidedId, String requestId) {
		requirePending(this.exchanges.carry(decidedId, requestId), requestId);
	}

	/**
	 * Complete a pairing, as the default approver who enters its code on the phone.
	 * @param code the code that the enforcer shows; case, spaces and hyphens are ignored
	 * @throws IllegalArgumentException if no pending pairing has this code, or the
	 * enforcer's key is malformed
	 * @throws IllegalStateException if the enforcer sent no key
	 */
	public void enterPairingCode(String code) {
		this.defaultApprover.enterPairingCode(code);
	}

	/**
	 * Generate a pairing code on the default approver's phone, which an enforcer can
	 * claim within 30 minutes.
	 * @return the code
	 */
	public String preGeneratePairingCode() {
		return this.defaultApprover.preGeneratePairingCode();
	}

	/**
	 * Revoke a pairing on the phone.
	 * @param routingToken the pairing's routing token
	 * @throws IllegalArgumentException if no pairing has it
	 */
	public void revokePairing(String routingToken) {
		if (this.pairings.revoke(routingToken) == null) {
			throw new IllegalArgumentException("No pairing has this routing token");
		}
	}

	/**
	 * Act as a hostile gateway, which changes the approver's signed responses to
	 * pairings.
	 * @param tampering the function that receives the members of {@code responseJson} and
	 * returns those to deliver
	 */
	public void tamperPairings(UnaryOperator<ObjectNode> tampering) {
		this.pairingTampering = tampering;
	}

	/**
	 * Return the last heartbeat of each enforcer.
	 * @return heartbeats by enforcer id
	 */
	public Map<String, Heartbeat> heartbeats() {
		return this.presence.all();
	}

	/**
	 * Return whether an enforcer is online, that is, whether its last heartbeat is at
	 * most 90 seconds old.
	 * @param enforcerId the enforcer
	 * @return {@code true} if it is online
	 */
	public boolean isOnline(String enforcerId) {
		return this.presence.isOnline(enforcerId);
	}

	/**
	 * Add a do-not-disturb policy. By default, it expires after an hour. An application
	 * that has requested policies before receives it after up to 15 seconds.
	 * @param policy the policy
	 */
	public void addPolicy(SimulatedPolicy policy) {
		this.policies.add(policy);
	}

	/**
	 * Add a do-not-disturb policy that is sent unchanged to every enforcer, even if it is
	 * malformed, expired or for another enforcer.
	 * @param policy the policy's JSON
	 */
	public void addPolicy(JsonNode policy) {
		this.policies.add(policy);
	}

	/**
	 * Remove all do-not-disturb policies.
	 */
	public void clearPolicies() {
		this.policies.clear();
	}

	/**
	 * Set the user's consent to the application's requests. Without consent, consent
	 * checks and submissions are refused.
	 * @param status the status
	 */
	public void consent(ConsentStatus status) {
		this.consent.set(status);
	}

	/**
	 * Set the quota, and reset the number of counted calls.
	 * @param calls the number of calls of each application per 60 seconds, or zero for no
	 * limit
	 */
	public void quota(int calls) {
		this.quota.setLimit(calls);
	}

	/**
	 * Return the last 5,000 calls that reached the gateway.
	 * @return the calls in the order of their arrival
	 */
	public List<RecordedCall> requests() {
		return this.calls.all();
	}

	/**
	 * Return the last calls of one kind that reached the gateway.
	 * @param call the kind of call
	 * @return the calls in the order of their arrival
	 */
	public List<RecordedCall> requests(SimulatorCall call) {
		return this.calls.all().stream().filter((recorded) -> recorded.call() == call).toList();
	}

	/**
	 * Respond to the next call of a kind with an error.
	 * @param call the kind of call
	 * @param status the HTTP status
	 */
	public void failNext(SimulatorCall call, int status) {
		failNext(call, 1, SimulatedFault.status(status));
	}

	/**
	 * Inject a fault into the next call of a kind. Several faults are injected into
	 * successive calls.
	 * @param call the kind of call
	 * @param fault the fault
	 */
	public void failNext(SimulatorCall call, SimulatedFault fault) {
		failNext(call, 1, fault);
	}

	/**
	 * Inject a fault into the next calls of a kind.
	 * @param call the kind of call
	 * @param times the number of calls
	 * @param fault the fault
	 */
	public void failNext(SimulatorCall call, int times, SimulatedFault fault) {
		this.faults.add(call, null, times, fault);
	}

	/**
	 * Reset all state and settings to those at start, except the clock. Approvers that
	 * were added stay, and the {@link #properties()} stay valid.
	 */
	public void reset() {
		this.automaticDecisions.use(null);
		this.faults.reset();
		this.exchanges.reset();
		this.patience.reset(this.settings.patience);
		this.automaticDecisions.use(this.settings.automaticDecision);
		this.pairings.reset();
		this.pairingTampering = UnaryOperator.identity();
		this.presence.reset();
		this.policies.clear();
		this.consent.set(ConsentStatus.APPROVED);
		this.quota.setLimit(this.settings.quota);
		this.approvers.values().forEach((approver) -> approver.approver().phone().reset(this.settings.signatureForm));
		this.calls.reset();
	}

	/**
	 * Stop the gateway, close all connections and end all threads.
	 */
	@Override
	public void close() {
		this.server.close();
		this.threads.close();
	}

}
