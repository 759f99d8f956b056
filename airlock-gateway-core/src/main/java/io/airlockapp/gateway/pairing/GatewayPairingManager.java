/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.pairing;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

import io.airlockapp.gateway.Enforcer;
import io.airlockapp.gateway.FailureMessages;
import io.airlockapp.gateway.Pairing;
import io.airlockapp.gateway.client.InitiatedPairing;
import io.airlockapp.gateway.client.PairingInitiation;
import io.airlockapp.gateway.harp.HarpJson;
import io.airlockapp.gateway.harp.PairingKeyAgreement;
import io.airlockapp.gateway.pairing.CodeClaim.Progress;
import io.airlockapp.gateway.store.PairingStoreException;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.context.SmartLifecycle;

/**
 * {@link PairingManager} that pairs with the gateway, and completes pairings in progress
 * while the application runs. Codes in properties are claimed once, in the background
 * after the start of the application.
 */
public final class GatewayPairingManager implements PairingManager, SmartLifecycle {

	private static final Log logger = LogFactory.getLog(PairingManager.class);

	private final ManagedPairingSource source;

	private final Map<String, String> codes;

	private final Set<String> names;

	private final PairingDependencies dependencies;

	private final PairingTasks tasks;

	private final PairingRevocations revocations;

	private final PairingInfoFactory reports;

	/**
	 * Create a manager.
	 * @param source the pairings
	 * @param dependencies the collaborators and settings for pairing
	 * @param codes the codes in properties, by name of the pairing
	 * @param names the names in properties
	 */
	public GatewayPairingManager(ManagedPairingSource source, PairingDependencies dependencies,
			Map<String, String> codes, Set<String> names) {
		this.source = source;
		this.codes = Map.copyOf(codes);
		this.names = Set.copyOf(names);
		this.dependencies = dependencies;
		this.tasks = new PairingTasks(source, dependencies);
		this.revocations = new PairingRevocations(source, dependencies.gateway(), dependencies.clock());
		this.reports = new PairingInfoFactory(source);
		this.codes.keySet().forEach(source.names()::begin);
	}

	@Override
	public void start() {
		if (!isRunning()) {
			this.tasks.start();
			// Another instance may have begun pairings
			Stream.concat(this.source.names().all().stream(), this.names.stream()).distinct().forEach(this.tasks::poll);
			this.codes.forEach((name, code) -> this.tasks.claim(name, newClaim(name, code)));
		}
	}

	@Override
	public void stop() {
		this.tasks.stop();
	}

	@Override
	public boolean isRunning() {
		return this.tasks.isRunning();
	}

	@Override
	public List<PairingInfo> list() {
		return this.source.names().all().stream().map(this.reports::reportAnyway).map(this::pollIfPending).toList();
	}

	@Override
	public PairingInfo getStatus(String name) {
		return pollIfPending(this.reports.report(name));
	}

	private PairingInfo pollIfPending(PairingInfo info) {
		if (info.pendingUntil() != null) {
			// The instance that began it may have stopped
			this.tasks.poll(info.name());
		}
		return info;
	}

	@Override
	public PairingInvitation initiate(String name) {
		requireChangeable(name);
		PairingKeyAgreement keys = PairingKeyAgreement.generate();
		Enforcer enforcer = this.dependencies.enforcer();
		InitiatedPairing initiated = this.dependencies.gateway()
			.initiatePairing(new PairingInitiation(enforcer.deviceId(), enforcer.id(), this.dependencies.gatewayUrl(),
					keys.publicKey(), enforcer.label(), enforcer.workspaceName()));
		Instant deadline = PairingAttempt.deadline(initiated.expiresAt(), this.dependencies.clock().instant());
		PairingInvitation invitation = invitation(initiated.pairingCode(), deadline);
		PairingAttempt attempt = PairingAttempt.initiated(keys, initiated.pairingNonce(), deadline);
		this.source.documents().update(name, (document) -> document.attempting(attempt));
		this.source.names().seen(name);
		this.source.names().resumed(name);
		this.tasks.poll(name);
		logger.info(
				("To complete the pairing '%s', its code is to be entered into the phone until %s. Whoever started the "
						+ "pairing got the code")
					.formatted(name, deadline));
		return invitation;
	}

	private PairingInvitation invitation(@Nullable String text, Instant expiresAt) {
		String code = PairingAttempt.require("pairing code", text, 64);
		String qrText = HarpJson.mapper()
			.createObjectNode()
			.put("gatewayUrl", this.dependencies.gatewayUrl())
			.put("pairingCode", code)
			.toString();
		return new PairingInvitation(code, expiresAt, qrText);
	}

	@Override
	public PairingInfo claim(String name, String code) {
		requireChangeable(name);
		CodeClaim claim = newClaim(name, code);
		switch (begin(claim)) {
			case SETTLED -> throw new PairingException(
					"The pairing code of '%s' was used before: generate a new one".formatted(name));
			case CLAIMED -> this.tasks.poll(name);
			case UNDER_WAY -> this.tasks.claim(name, claim);
		}
		this.source.names().seen(name);
		return this.reports.report(name);
	}

	private static Progress begin(CodeClaim claim) {
		try {
			return claim.advance();
		}
		catch (PairingStoreException ex) {
			if (!claim.hasResponse()) {
				throw ex;
			}
			// The code is used up, so its result has to be stored in the background
			return Progress.UNDER_WAY;
		}
	}

	private CodeClaim newClaim(String name, String code) {
		return new CodeClaim(name, code.trim(), this.source, this.dependencies);
	}

	private void requireChangeable(String name) {
		Pairing.requireName(name);
		if (this.source.configured(name) != null) {
			throw new PairingException(
					"The pairing '%s' is set by the properties '%s.*', which come first: remove those".formatted(name,
							FailureMessages.propertiesOf(name)));
		}
		if (this.source.documents().isReadOnly()) {
			throw new PairingException(
					"A new pairing '%s' cannot be kept, because the store can only be read: configure ".formatted(name)
							+ "'airlock.gateway.pairing.store.type'");
		}
		// Fails before any request to the gateway if the stored document cannot be read,
		// since it will not be replaced
		this.source.document(name);
	}

	@Override
	public PairingInfo revoke(String name) {
		this.revocations.revoke(name);
		return this.reports.report(name);
	}

	@Override
	public PairingInfo revokeSignerKey(String name, String keyId) {
		this.revocations.revokeKey(name, keyId);
		return this.reports.report(name);
	}

}
