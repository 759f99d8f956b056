package io.airlockapp.gateway.simulator;

import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Predicate;

import io.airlockapp.gateway.harp.SignatureForm;
import org.jspecify.annotations.Nullable;
import org.springframework.util.Assert;

/**
 * Configures an {@link AirlockSimulator} before it starts.
 */
public final class AirlockSimulatorBuilder {

	private int port;

	private InstantSource clock = InstantSource.system();

	private int quota;

	private @Nullable Duration patience;

	private String pat = "airpat_" + UUID.randomUUID().toString().replace("-", "");

	private Predicate<String> bearerTokens = (token) -> true;

	private SignatureForm signatureForm = SignatureForm.TEXT;

	private boolean decisionInStatus;

	private boolean pascalCase;

	private boolean barePolicies;

	private @Nullable URI identityProvider;

	private @Nullable Function<PendingRequest, @Nullable SimulatedDecision> automaticDecision;

	AirlockSimulatorBuilder() {
	}

	/**
	 * Set the port.
	 * @param port the port; zero, the default, takes any free one
	 * @return this builder
	 */
	public AirlockSimulatorBuilder port(int port) {
		this.port = port;
		return this;
	}

	/**
	 * Set the clock by which requests, pairings, policies, presence and quota expire.
	 * Long-polls last real seconds all the same.
	 * @param clock the clock; the default is the system's
	 * @return this builder
	 */
	public AirlockSimulatorBuilder clock(InstantSource clock) {
		this.clock = clock;
		return this;
	}

	/**
	 * Limit the calls of each app per 60 seconds.
	 * @param calls the number of calls; zero, the default, sets no limit
	 * @return this builder
	 * @throws IllegalArgumentException if the number is negative
	 */
	public AirlockSimulatorBuilder quota(int calls) {
		Assert.isTrue(calls >= 0, "'calls' must not be negative");
		this.quota = calls;
		return this;
	}

	/**
	 * Limit how long a request may wait for the approver. What waits longer is rejected
	 * with a reason that says so, and is in {@link AirlockSimulator#undecided()}. With
	 * it, a test that decides nothing ends soon.
	 * @param limit how long a request may wait, or {@code null}, the default, for as long
	 * as it likes
	 * @return this builder
	 * @throws IllegalArgumentException if the limit is negative
	 */
	public AirlockSimulatorBuilder patience(@Nullable Duration limit) {
		this.patience = UndecidedTimeout.check(limit);
		return this;
	}

	/**
	 * Set the personal access token that the gateway knows.
	 * @param pat the token; the default is a random one
	 * @return this builder
	 */
	public AirlockSimulatorBuilder pat(String pat) {
		Assert.hasText(pat, "'pat' must not be empty");
		this.pat = pat;
		return this;
	}

	/**
	 * Set which bearer tokens the gateway accepts; others are refused with status 401.
	 * @param accepted tells whether a token is accepted, for each call anew; by default
	 * all are
	 * @return this builder
	 */
	public AirlockSimulatorBuilder bearerTokens(Predicate<String> accepted) {
		this.bearerTokens = accepted;
		return this;
	}

	/**
	 * Set the form in which the approver signs.
	 * @param form the form; the default is {@link SignatureForm#TEXT}, that of phones
	 * @return this builder
	 */
	public AirlockSimulatorBuilder signatureForm(SignatureForm form) {
		this.signatureForm = form;
		return this;
	}

	/**
	 * Set whether the status of an exchange has its decision. Gateways may leave it out,
	 * also when there is one; it is then to be had by a wait.
	 * @param included whether the decision is in the status; the default is {@code false}
	 * @return this builder
	 */
	public AirlockSimulatorBuilder decisionInStatus(boolean included) {
		this.decisionInStatus = included;
		return this;
	}

	/**
	 * Set whether the states of exchanges are written like {@code PendingApproval}
	 * instead of {@code pendingApproval}. Both are seen.
	 * @param pascalCase whether to write them so; the default is {@code false}
	 * @return this builder
	 */
	public AirlockSimulatorBuilder pascalCaseStates(boolean pascalCase) {
		this.pascalCase = pascalCase;
		return this;
	}

	/**
	 * Set whether the do-not-disturb policies are a bare array instead of a message. Both
	 * are seen.
	 * @param bare whether to send an array; the default is {@code false}
	 * @return this builder
	 */
	public AirlockSimulatorBuilder barePolicies(boolean bare) {
		this.barePolicies = bare;
		return this;
	}

	/**
	 * Set the identity provider that discovery names. The simulator has none itself.
	 * @param issuer the issuer's URL
	 * @return this builder
	 */
	public AirlockSimulatorBuilder identityProvider(URI issuer) {
		this.identityProvider = issuer;
		return this;
	}

	/**
	 * Decide requests without a person.
	 * @param decision gives the decision, or {@code null} to leave the request to a
	 * person
	 * @return this builder
	 */
	public AirlockSimulatorBuilder decideAutomatically(Function<PendingRequest, @Nullable SimulatedDecision> decision) {
		this.automaticDecision = decision;
		return this;
	}

	/**
	 * Start the simulator.
	 * @return the running simulator
	 * @throws java.io.UncheckedIOException if the port is taken
	 */
	public AirlockSimulator start() {
		return new AirlockSimulator(this);
	}

	int port() {
		return this.port;
	}

	InstantSource clock() {
		return this.clock;
	}

	int quota() {
		return this.quota;
	}

	@Nullable Duration patience() {
		return this.patience;
	}

	String pat() {
		return this.pat;
	}

	Predicate<String> bearerTokens() {
		return this.bearerTokens;
	}

	SignatureForm signatureForm() {
		return this.signatureForm;
	}

	GatewayStyle style() {
		return new GatewayStyle(this.decisionInStatus, this.pascalCase, this.barePolicies);
	}

	@Nullable URI identityProvider() {
		return this.identityProvider;
	}

	@Nullable Function<PendingRequest, @Nullable SimulatedDecision> automaticDecision() {
		return this.automaticDecision;
	}

}
