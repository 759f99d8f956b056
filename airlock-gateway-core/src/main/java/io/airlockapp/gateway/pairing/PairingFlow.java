package io.airlockapp.gateway.pairing;

import java.time.Instant;

import io.airlockapp.gateway.Enforcer;
import io.airlockapp.gateway.Pairing;
import io.airlockapp.gateway.client.InitiatedPairing;
import io.airlockapp.gateway.client.PairingCode;
import io.airlockapp.gateway.client.PairingCodeRequest;
import io.airlockapp.gateway.client.PairingInitiation;
import io.airlockapp.gateway.harp.HarpJson;
import io.airlockapp.gateway.harp.PairingKeyAgreement;
import io.airlockapp.gateway.pairing.CodeClaim.Progress;
import io.airlockapp.gateway.store.PairingStoreException;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Starts pairings, by codes of the gateway and by codes that were created in advance.
 * They are completed in the background.
 */
final class PairingFlow {

	private static final Log logger = LogFactory.getLog(PairingManager.class);

	private final ManagedPairingSource source;

	private final PairingEnvironment environment;

	private final PairingTasks tasks;

	PairingFlow(ManagedPairingSource source, PairingEnvironment environment) {
		this.source = source;
		this.environment = environment;
		this.tasks = new PairingTasks(new PairingPoller(source, environment), source.names());
	}

	PairingTasks tasks() {
		return this.tasks;
	}

	PairingInvitation initiate(String name) {
		requireChangeable(name);
		PairingKeyAgreement keys = PairingKeyAgreement.generate();
		Enforcer enforcer = this.environment.enforcer();
		InitiatedPairing initiated = this.environment.gateway()
			.initiatePairing(new PairingInitiation(enforcer.deviceId(), enforcer.id(), this.environment.gatewayUrl(),
					keys.publicKey(), enforcer.label(), enforcer.workspaceName()));
		Instant deadline = PairingAttempt.deadline(initiated.expiresAt(), this.environment.clock().instant());
		PairingInvitation invitation = invitation(initiated.pairingCode(), deadline);
		PairingAttempt attempt = PairingAttempt.initiated(keys, initiated.pairingNonce(), deadline);
		this.source.documents().update(name, (document) -> document.attempting(attempt));
		this.source.names().seen(name);
		this.tasks.poll(name);
		logger.info(
				("To complete the pairing '%s', its code is to be entered into the phone until %s. Whoever started the "
						+ "pairing got the code")
					.formatted(name, deadline));
		return invitation;
	}

	PairingInvitation preGenerate() {
		Enforcer enforcer = this.environment.enforcer();
		PairingCode made = this.environment.gateway()
			.preGeneratePairingCode(new PairingCodeRequest(enforcer.label(), enforcer.workspaceName()));
		return invitation(made.pairingCode(), made.expiresAt());
	}

	private PairingInvitation invitation(@Nullable String text, @Nullable Instant expiresAt) {
		String code = PairingAttempt.require("pairing code", text, 64);
		String qrText = HarpJson.mapper()
			.createObjectNode()
			.put("gatewayUrl", this.environment.gatewayUrl())
			.put("pairingCode", code)
			.toString();
		return new PairingInvitation(code, expiresAt, qrText);
	}

	void claim(String name, String code) {
		requireChangeable(name);
		CodeClaim claim = newClaim(name, code);
		switch (begin(claim)) {
			case SETTLED -> throw new PairingException(
					"The pairing code of '%s' was used before: make a new one".formatted(name), null);
			case CLAIMED -> this.tasks.poll(name);
			case UNDER_WAY -> claimInBackground(name, claim);
		}
		this.source.names().seen(name);
	}

	private static Progress begin(CodeClaim claim) {
		try {
			return claim.advance();
		}
		catch (PairingStoreException ex) {
			if (!claim.isAnswered()) {
				throw ex;
			}
			// The code is used up, so its result has to be stored in the background
			return Progress.UNDER_WAY;
		}
	}

	/**
	 * Claim a code, unless it was claimed before.
	 */
	void claimOnce(String name, String code) {
		claimInBackground(name, newClaim(name, code));
	}

	private CodeClaim newClaim(String name, String code) {
		return new CodeClaim(name, code.trim(), this.source, this.environment);
	}

	private void claimInBackground(String name, CodeClaim claim) {
		this.tasks.execute(name, () -> {
			claim.run(() -> this.source.names().begun(name));
			this.tasks.poll(name);
		});
	}

	private void requireChangeable(String name) {
		Pairing.requireName(name);
		if (this.source.configured(name) != null) {
			throw new PairingException(
					"The pairing '%s' is set by the properties '%s.*', which come first: remove those".formatted(name,
							PairingMessages.prefix(name)),
					null);
		}
		if (this.source.documents().isReadOnly()) {
			throw new PairingException(
					"A new pairing '%s' can't be kept, since the store can only be read: configure ".formatted(name)
							+ "'airlock.gateway.pairing.store.type'",
					null);
		}
		// Fails before any request to the gateway if the stored document can't be read,
		// since it will not be replaced
		this.source.document(name);
	}

}
