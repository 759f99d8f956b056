/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.simulator;

import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Predicate;

import io.airlockapp.gateway.harp.SignatureForm;
import io.airlockapp.gateway.simulator.approver.UndecidedTimeout;
import io.airlockapp.gateway.simulator.gateway.GatewayStyle;
import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * Configures an {@link AirlockSimulator} before it starts.
 */
public final class AirlockSimulatorBuilder {

	int port;

	InstantSource clock = InstantSource.system();

	int quota;

	@Nullable Duration patience;

	String pat = "airpat_" + UUID.randomUUID().toString().replace("-", "");

	Predicate<String> bearerTokens = (token) -> true;

	SignatureForm signatureForm = SignatureForm.TEXT;

	private boolean decisionInStatus;

	private boolean pascalCase;

	private boolean barePolicies;

	@Nullable URI identityProvider;

	@Nullable Function<PendingRequest, @Nullable SimulatedDecision> automaticDecision;

	AirlockSimulatorBuilder() {
	}

	/**
	 * Set the port.
	 * @param port the port, or zero for any free one, which is the default
	 * @return this builder
	 */
	public AirlockSimulatorBuilder port(int port) {
		this.port = port;
		return this;
	}

	/**
	 * Set the clock that determines the expiry of requests, pairings, policies, presence
	 * and quota. Long polls take real time nevertheless.
	 * @param clock the clock, by default the system's
	 * @return this builder
	 */
	public AirlockSimulatorBuilder clock(InstantSource clock) {
		this.clock = clock;
		return this;
	}

	/**
	 * Limit the calls of each application per 60 seconds.
	 * @param calls the number of calls, or zero for no limit, which is the default
	 * @return this builder
	 * @throws IllegalArgumentException if the number is negative
	 */
	public AirlockSimulatorBuilder quota(int calls) {
		Assert.isTrue(calls >= 0, "'calls' must not be negative");
		this.quota = calls;
		return this;
	}

	/**
	 * Set the maximum time for which requests can be pending. After it, a request is
	 * rejected with a reason that states this, and is added to
	 * {@link AirlockSimulator#undecided()}. In this way, a test without a decision ends
	 * soon.
	 * @param limit the maximum time, or {@code null} for no limit, which is the default
	 * @return this builder
	 * @throws IllegalArgumentException if the limit is negative
	 */
	public AirlockSimulatorBuilder patience(@Nullable Duration limit) {
		this.patience = UndecidedTimeout.check(limit);
		return this;
	}

	/**
	 * Set the personal access token that the gateway accepts.
	 * @param pat the token, by default a random one
	 * @return this builder
	 */
	public AirlockSimulatorBuilder pat(String pat) {
		Assert.hasText(pat, "'pat' must not be empty");
		this.pat = pat;
		return this;
	}

	/**
	 * Set the bearer tokens that the gateway accepts. Others are refused with status 401.
	 * @param accepted the predicate of accepted tokens, which is evaluated for each call;
	 * by default, all tokens are accepted
	 * @return this builder
	 */
	public AirlockSimulatorBuilder bearerTokens(Predicate<String> accepted) {
		this.bearerTokens = accepted;
		return this;
	}

	/**
	 * Set the form of the approver's signatures.
	 * @param form the form, by default {@link SignatureForm#TEXT}, that of phones
	 * @return this builder
	 */
	public AirlockSimulatorBuilder signatureForm(SignatureForm form) {
		this.signatureForm = form;
		return this;
	}

	/**
	 * Set whether the status of an exchange contains its decision. Gateways may omit an
	 * existing decision, which can then be retrieved by a wait.
	 * @param included whether the status contains the decision, by default {@code false}
	 * @return this builder
	 */
	public AirlockSimulatorBuilder decisionInStatus(boolean included) {
		this.decisionInStatus = included;
		return this;
	}

	/**
	 * Set whether the states of exchanges are written like {@code PendingApproval}
	 * instead of {@code pendingApproval}. Gateways use both.
	 * @param pascalCase whether to use the former, by default {@code false}
	 * @return this builder
	 */
	public AirlockSimulatorBuilder pascalCaseStates(boolean pascalCase) {
		this.pascalCase = pascalCase;
		return this;
	}

	/**
	 * Set whether the do-not-disturb policies are a bare array instead of a message.
	 * Gateways use both.
	 * @param bare whether to send an array, by default {@code false}
	 * @return this builder
	 */
	public AirlockSimulatorBuilder barePolicies(boolean bare) {
		this.barePolicies = bare;
		return this;
	}

	/**
	 * Set the identity provider in the response to discovery. The simulator itself has
	 * none.
	 * @param issuer the issuer's URL
	 * @return this builder
	 */
	public AirlockSimulatorBuilder identityProvider(URI issuer) {
		this.identityProvider = issuer;
		return this;
	}

	/**
	 * Decide requests by a function.
	 * @param decision the function, which returns {@code null} to leave a request to a
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
	 * @throws java.io.UncheckedIOException if the port is in use
	 */
	public AirlockSimulator start() {
		return new AirlockSimulator(this);
	}

	GatewayStyle style() {
		return new GatewayStyle(this.decisionInStatus, this.pascalCase, this.barePolicies);
	}

}
