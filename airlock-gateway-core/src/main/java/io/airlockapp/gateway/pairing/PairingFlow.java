package io.airlockapp.gateway.pairing;

import java.time.Instant;

import io.airlockapp.gateway.Pairing;
import io.airlockapp.gateway.client.InitiatedPairing;
import io.airlockapp.gateway.client.PairingCode;
import io.airlockapp.gateway.harp.KeyAgreement;
import io.airlockapp.gateway.pairing.CodeClaim.Progress;
import io.airlockapp.gateway.store.PairingStoreException;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Starts pairings, by codes of the gateway and by codes that were created in advance, and
 * has them completed in the background.
 */
final class PairingFlow {

	private static final Log logger = LogFactory.getLog(PairingManager.class);

	private final ManagedPairingSource source;

	private final PairingEnvironment environment;

	private final PairingGateway gateway;

	private final PairingOutcome outcome;

	private final PairingTasks tasks;

	PairingFlow(ManagedPairingSource source, PairingEnvironment environment, PairingGateway gateway) {
		this.source = source;
		this.environment = environment;
		this.gateway = gateway;
		this.outcome = new PairingOutcome(source.documents(), source.changes(), environment.clock());
		this.tasks = new PairingTasks(new PairingPoller(source.documents(), gateway, this.outcome,
				environment.pollInterval(), environment.clock(), environment.ticker()), source.names());
	}

	PairingTasks tasks() {
		return this.tasks;
	}

	PairingInvitation initiate(String name) {
		requireChangeable(name);
		KeyAgreement keys = KeyAgreement.generate();
		InitiatedPairing initiated = this.gateway.initiate(keys);
		String code = PairingGateway.requireCode(initiated.pairingCode());
		Instant deadline = PairingAttempt.deadline(initiated.expiresAt(), this.environment.clock().instant());
		PairingAttempt attempt = PairingAttempt.initiated(keys, PairingGateway.requireNonce(initiated.pairingNonce()),
				deadline);
		this.source.documents().update(name, (document) -> document.attempting(attempt));
		this.source.names().seen(name);
		this.tasks.poll(name);
		logger.info(
				("To complete the pairing '%s', its code is to be entered into the phone until %s. Whoever started the "
						+ "pairing got the code")
					.formatted(name, deadline));
		return new PairingInvitation(code, deadline, this.gateway.qrText(code));
	}

	PairingInvitation preGenerate() {
		PairingCode made = this.gateway.preGenerate();
		String code = PairingGateway.requireCode(made.pairingCode());
		return new PairingInvitation(code, made.expiresAt(), this.gateway.qrText(code));
	}

	void claim(String name, String code) {
		requireChangeable(name);
		CodeClaim claim = newClaim(name, code);
		switch (begin(claim)) {
			case SETTLED -> throw new PairingException(
					"The pairing code of '%s' was used before: make a new one".formatted(name), null);
			case CLAIMED -> this.tasks.poll(name);
			case TAKEN, UNREACHABLE -> claimInBackground(name, claim);
		}
		this.source.names().seen(name);
	}

	private static Progress begin(CodeClaim claim) {
		try {
			return claim.advance(false);
		}
		catch (PairingStoreException ex) {
			if (!claim.isAnswered()) {
				throw ex;
			}
			// The code is used up by now, so what it got is stored as soon as that can be
			return Progress.TAKEN;
		}
	}

	/**
	 * Claim a code, unless that was done before.
	 */
	void claimOnce(String name, String code) {
		claimInBackground(name, newClaim(name, code));
	}

	private CodeClaim newClaim(String name, String code) {
		return new CodeClaim(name, code.trim(), this.source.documents(), this.gateway, this.outcome,
				this.environment.clock());
	}

	private void claimInBackground(String name, CodeClaim claim) {
		CodeClaimer claimer = new CodeClaimer(name, claim, this.environment.pollInterval(), this.environment.ticker());
		this.tasks.execute(name, () -> {
			claimer.run(() -> this.source.names().begun(name));
			this.tasks.poll(name);
		});
	}

	private void requireChangeable(String name) {
		Pairing.requireName(name);
		Pairing configured = this.source.configured(name);
		if (configured != null && this.source.localRevocations().apply(configured) != null) {
			throw new PairingException(
					"The pairing '%s' is set by the properties '%s.*', which come first: remove those".formatted(name,
							PairingReasons.prefix(name)),
					null);
		}
		if (this.source.documents().isReadOnly()) {
			throw new PairingException(
					"A new pairing '%s' can't be kept, since the store can only be read: configure ".formatted(name)
							+ "'airlock.gateway.pairing.store.type'",
					null);
		}
		// What can't be read is not replaced, so there is no use in asking the gateway
		this.source.document(name);
	}

}
