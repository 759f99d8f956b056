package io.airlockapp.gateway.simulator;

import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.UnaryOperator;

import io.airlockapp.gateway.harp.EncryptionKey;
import io.airlockapp.gateway.harp.SignatureForm;
import io.airlockapp.gateway.harp.SignerKey;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Simulated Airlock gateway on the loopback address, with the approver behind it: a
 * person with a phone, who decrypts requests and signs decisions with real cryptography.
 * The person is a test, by the methods of this class, or a user of the page at
 * {@link #approverUrl()}.
 * <p>
 * The gateway's responses have the shapes, states and status codes of the real one. An
 * app with the {@link #properties()} can request approvals without a pairing step; it may
 * also pair properly.
 * <p>
 * All methods may be called from any thread. All threads of the simulator are daemons.
 */
public final class AirlockSimulator implements AutoCloseable {

	private static final Duration DEFAULT_WAIT = Duration.ofSeconds(10);

	private static final String PREFIX = "airlock.gateway.";

	private final AirlockSimulatorBuilder settings;

	private final ChangeSignal signal = new ChangeSignal();

	private final SimulatorThreads threads = new SimulatorThreads();

	private final SimulatorServer server;

	private final Approver approver;

	private final PairingRegistry pairings;

	private final PairingTampering pairingTampering = new PairingTampering();

	private final ExchangeStore exchanges;

	private final AutomaticDecisions automaticDecisions;

	private final UndecidedTimeout patience;

	private final SimulatedApprover person = new SimulatedApprover(this);

	private final Presence presence;

	private final PolicyStore policies;

	private final Consent consent;

	private final RequestQuota quota;

	private final RequestLog calls = new RequestLog();

	private final FaultPlan faults = new FaultPlan();

	AirlockSimulator(AirlockSimulatorBuilder settings) {
		this.settings = settings;
		InstantSource clock = settings.clock();
		this.server = new SimulatorServer(settings.port(), this.threads.calls());
		this.approver = new Approver(settings.signatureForm());
		this.pairings = new PairingRegistry(clock, this.approver, this.signal);
		this.exchanges = new ExchangeStore(clock, this.approver, this.signal);
		this.automaticDecisions = new AutomaticDecisions(this.exchanges, this.threads.calls(),
				settings.automaticDecision());
		this.patience = new UndecidedTimeout(clock, this.exchanges, settings.patience());
		this.presence = new Presence(clock, this.signal);
		this.policies = new PolicyStore(clock);
		this.consent = new Consent(approverUrl());
		this.quota = new RequestQuota(clock, settings.quota());
		this.server.serve("/", new GatewayHandler(clock, this.calls, this.faults,
				new Identity(settings.pat(), settings.bearerTokens()), this.quota, router()));
		this.server.serve(ApproverHandler.PATH, approverHandler());
		this.server.start();
		this.threads.tick(() -> {
			this.exchanges.expireDue();
			this.patience.rejectDue();
		});
	}

	private GatewayRouter router() {
		InstantSource clock = this.settings.clock();
		URI identityProvider = this.settings.identityProvider();
		return new GatewayRouter(
				new ExchangeEndpoints(clock, this.exchanges, this.pairings, this.automaticDecisions, this.consent,
						this.settings.style()),
				new PairingEndpoints(clock, this.pairings, this.pairingTampering, baseUrl()),
				new AccountEndpoints(clock, (identityProvider != null) ? identityProvider : URI.create(baseUrl()),
						this.presence, this.policies, this.consent, this.settings.style()));
	}

	private ApproverHandler approverHandler() {
		InstantSource clock = this.settings.clock();
		ApproverView view = new ApproverView(clock, this.approver, this.exchanges, this.presence);
		return new ApproverHandler(clock, new SameOriginFilter(this.server.port()),
				new ApproverApi(this.exchanges, this.pairings), new ApproverEvents(this.signal, view));
	}

	/**
	 * Start a simulator on a free port, with a person who decides.
	 * @return the running simulator
	 */
	public static AirlockSimulator start() {
		return builder().start();
	}

	/**
	 * Configure a simulator.
	 * @return a builder
	 */
	public static AirlockSimulatorBuilder builder() {
		return new AirlockSimulatorBuilder();
	}

	/**
	 * Return the gateway's base URL.
	 * @return the URL, without a slash at its end
	 */
	public String baseUrl() {
		return "http://127.0.0.1:" + this.server.port();
	}

	/**
	 * Return the URL of the approver's page.
	 * @return the URL, to open in a browser on this machine
	 */
	public String approverUrl() {
		return baseUrl() + ApproverHandler.PATH;
	}

	/**
	 * Return the properties of an app that is ready to ask for approvals. Some of them
	 * are secrets, though only this simulator's.
	 * @return property values by name
	 */
	public Map<String, String> properties() {
		Map<String, String> properties = new LinkedHashMap<>();
		properties.put(PREFIX + "base-url", baseUrl());
		properties.put(PREFIX + "auth.pat", pat());
		properties.put(PREFIX + "pairing.routing-token", routingToken());
		properties.put(PREFIX + "pairing.encryption-key", encryptionKey().encode());
		properties.put(PREFIX + "pairing.signer-keys." + signerKey().id(), signerKey().encode());
		return properties;
	}

	/**
	 * Return the personal access token that the gateway knows.
	 * @return the token
	 */
	public String pat() {
		return this.settings.pat();
	}

	/**
	 * Return the routing token of the pairing in {@link #properties()}.
	 * @return the routing token
	 */
	public String routingToken() {
		String token = this.pairings.initial().routingToken();
		if (token == null) {
			throw new IllegalStateException("The initial pairing is complete");
		}
		return token;
	}

	/**
	 * Return the encryption key of the pairing in {@link #properties()}.
	 * @return the encryption key
	 */
	public EncryptionKey encryptionKey() {
		return this.pairings.initial().encryptionKey();
	}

	/**
	 * Return the key by which the approver's decisions are verified.
	 * @return the public key
	 */
	public SignerKey signerKey() {
		return this.approver.signerKey();
	}

	/**
	 * Give the approver a new phone, with a key that no app knows before it pairs anew.
	 * @return the new public key
	 */
	public SignerKey renewSignerKey() {
		this.approver.renewKey();
		return this.approver.signerKey();
	}

	/**
	 * Set the form in which the approver signs from now on.
	 * @param form the form
	 */
	public void signatureForm(SignatureForm form) {
		this.approver.setForm(form);
	}

	/**
	 * Return the person, for tests that need nothing else of this simulator.
	 * @return the approver
	 */
	public SimulatedApprover approver() {
		return this.person;
	}

	/**
	 * Return the requests that wait for the approver.
	 * @return the requests, oldest first
	 */
	public List<PendingRequest> pending() {
		return this.exchanges.pending();
	}

	/**
	 * Wait up to 10 seconds until a request waits for the approver.
	 * @return the oldest such request
	 * @throws IllegalStateException if there is none in time, with the calls that the
	 * gateway had instead
	 */
	public PendingRequest awaitPending() {
		return awaitPending(DEFAULT_WAIT);
	}

	/**
	 * Wait until a request waits for the approver.
	 * @param timeout how long to wait
	 * @return the oldest such request
	 * @throws IllegalStateException if there is none in time, with the calls that the
	 * gateway had instead
	 */
	public PendingRequest awaitPending(Duration timeout) {
		return awaitPending(1, timeout).get(0);
	}

	/**
	 * Wait until several requests wait for the approver at the same time.
	 * @param count how many
	 * @param timeout how long to wait
	 * @return at least as many requests, oldest first
	 * @throws IllegalStateException if there are fewer in time, with the calls that the
	 * gateway had instead
	 */
	public List<PendingRequest> awaitPending(int count, Duration timeout) {
		long deadline = System.nanoTime() + timeout.toNanos();
		try {
			while (true) {
				long version = this.signal.version();
				List<PendingRequest> pending = pending();
				if (pending.size() >= count) {
					return pending;
				}
				if (!this.signal.awaitAfter(version, deadline - System.nanoTime())) {
					throw new IllegalStateException(("%d of %d requests waited for the approver within %s. Calls: %s. "
							+ "A call in another thread may have failed before it asked: look at its future")
						.formatted(pending.size(), count, timeout, requests()));
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
	 * @throws IllegalStateException if it no longer waits, or nobody could read it
	 */
	public void approve(String requestId) {
		decide(requestId, SimulatedDecision.approve());
	}

	/**
	 * Approve a request.
	 * @param requestId the request's id
	 * @param reason the reason to give
	 * @throws IllegalArgumentException if there is no such request
	 * @throws IllegalStateException if it no longer waits, or nobody could read it
	 */
	public void approve(String requestId, String reason) {
		decide(requestId, SimulatedDecision.approve(reason));
	}

	/**
	 * Reject a request.
	 * @param requestId the request's id
	 * @throws IllegalArgumentException if there is no such request
	 * @throws IllegalStateException if it no longer waits
	 */
	public void reject(String requestId) {
		decide(requestId, SimulatedDecision.reject());
	}

	/**
	 * Reject a request.
	 * @param requestId the request's id
	 * @param reason the reason to give
	 * @throws IllegalArgumentException if there is no such request
	 * @throws IllegalStateException if it no longer waits
	 */
	public void reject(String requestId, String reason) {
		decide(requestId, SimulatedDecision.reject(reason));
	}

	/**
	 * Decide a request.
	 * @param requestId the request's id
	 * @param decision the decision
	 * @throws IllegalArgumentException if there is no such request
	 * @throws IllegalStateException if it no longer waits, or is to be approved although
	 * nobody could read it
	 */
	public void decide(String requestId, SimulatedDecision decision) {
		if (!this.exchanges.decide(requestId, decision)) {
			throw new IllegalStateException("Request %s no longer waits for the approver".formatted(requestId));
		}
	}

	/**
	 * Decide all requests without a person from now on, and also those that already wait.
	 * The function is called on a thread of its own for each request.
	 * @param decision gives the decision, or {@code null} to leave the request to a
	 * person; {@code null} itself leaves all of them to a person again
	 */
	public void decideAutomatically(@Nullable Function<PendingRequest, @Nullable SimulatedDecision> decision) {
		this.automaticDecisions.use(decision);
	}

	/**
	 * Limit how long a request may wait for the approver from now on.
	 * @param limit how long a request may wait before it is rejected, or {@code null} for
	 * as long as it likes
	 * @throws IllegalArgumentException if the limit is negative
	 * @see AirlockSimulatorBuilder#patience
	 */
	public void patience(@Nullable Duration limit) {
		this.patience.setLimit(limit);
	}

	/**
	 * Return the requests that were rejected since nobody decided within the
	 * {@linkplain #patience(Duration) patience}.
	 * @return the requests, oldest first
	 */
	public List<PendingRequest> undecided() {
		return this.patience.undecided();
	}

	/**
	 * Return all requests that the approver was asked to decide, except those that the
	 * {@link #history()} no longer has.
	 * @return the requests, oldest first
	 */
	public List<PendingRequest> asked() {
		return this.exchanges.asked();
	}

	/**
	 * Return the last 1,000 requests that no longer wait for the approver.
	 * @return decided, withdrawn and expired requests, oldest first
	 */
	public List<HandledRequest> history() {
		return this.exchanges.history();
	}

	/**
	 * Act as a hostile gateway: change decisions after the approver has signed them, each
	 * time they are handed over.
	 * @param tampering gets a copy of the {@code decision.deliver} envelope and returns
	 * the one to hand over
	 */
	public void tamperDecisions(UnaryOperator<ObjectNode> tampering) {
		this.exchanges.tamper(tampering);
	}

	/**
	 * Complete a pairing, as the person who types its code into the phone.
	 * @param code the code that the enforcer shows; case, spaces and hyphens don't matter
	 * @throws IllegalArgumentException if no pairing waits for this code, or the
	 * enforcer's key is malformed
	 * @throws IllegalStateException if the enforcer sent no key
	 */
	public void enterPairingCode(String code) {
		this.pairings.enter(code);
	}

	/**
	 * Make a pairing code on the phone, for an enforcer to claim within 30 minutes.
	 * @return the code
	 */
	public String preGeneratePairingCode() {
		return this.pairings.preGenerate().code();
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
	 * Act as a hostile gateway: change the approver's answers to pairings after they are
	 * signed.
	 * @param tampering gets the members of {@code responseJson} and returns those to hand
	 * over
	 */
	public void tamperPairings(UnaryOperator<ObjectNode> tampering) {
		this.pairingTampering.set(tampering);
	}

	/**
	 * Return the last heartbeat of each enforcer.
	 * @return heartbeats by enforcer id
	 */
	public Map<String, Heartbeat> heartbeats() {
		return this.presence.all();
	}

	/**
	 * Return whether an enforcer is online: its last heartbeat is not older than 90
	 * seconds.
	 * @param enforcerId the enforcer
	 * @return {@code true} if it is online
	 */
	public boolean isOnline(String enforcerId) {
		return this.presence.isOnline(enforcerId);
	}

	/**
	 * Add a do-not-disturb policy. If it doesn't say when it ends, it ends in an hour. An
	 * application that asked for policies before finds it after 15 seconds.
	 * @param policy the policy
	 */
	public void addPolicy(SimulatedPolicy policy) {
		this.policies.add(policy);
	}

	/**
	 * Add a do-not-disturb policy that is handed out to every enforcer as it is, even if
	 * it is malformed, expired or another enforcer's.
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
	 * Set whether the user agrees that the app may ask. While the user does not, consent
	 * checks and submissions are refused.
	 * @param status the status
	 */
	public void consent(ConsentStatus status) {
		this.consent.set(status);
	}

	/**
	 * Set the quota, and start to count anew.
	 * @param calls the number of calls of each app per 60 seconds, or zero for no limit
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
	 * @param call which calls
	 * @return the calls in the order of their arrival
	 */
	public List<RecordedCall> requests(SimulatorCall call) {
		return this.calls.all().stream().filter((recorded) -> recorded.call() == call).toList();
	}

	/**
	 * Answer the next call of a kind with an error.
	 * @param call which call
	 * @param status the HTTP status
	 */
	public void failNext(SimulatorCall call, int status) {
		failNext(call, 1, SimulatedFault.status(status));
	}

	/**
	 * Make a fault at the next call of a kind. Several faults happen one after the other.
	 * @param call which call
	 * @param fault what happens to it
	 */
	public void failNext(SimulatorCall call, SimulatedFault fault) {
		failNext(call, 1, fault);
	}

	/**
	 * Make a fault at the next calls of a kind.
	 * @param call which calls
	 * @param times how many
	 * @param fault what happens to them
	 */
	public void failNext(SimulatorCall call, int times, SimulatedFault fault) {
		this.faults.add(call, times, fault);
	}

	/**
	 * Forget all that happened and all that was set since the start, except the clock.
	 * The {@link #properties()} stay valid.
	 */
	public void reset() {
		this.automaticDecisions.use(null);
		this.faults.reset();
		this.exchanges.reset();
		this.patience.reset(this.settings.patience());
		this.automaticDecisions.use(this.settings.automaticDecision());
		this.pairings.reset();
		this.pairingTampering.set(UnaryOperator.identity());
		this.presence.reset();
		this.policies.clear();
		this.consent.set(ConsentStatus.APPROVED);
		this.quota.setLimit(this.settings.quota());
		this.approver.reset(this.settings.signatureForm());
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
