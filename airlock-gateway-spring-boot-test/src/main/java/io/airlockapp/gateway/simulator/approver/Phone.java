/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.simulator.approver;

import io.airlockapp.gateway.harp.SignatureForm;
import io.airlockapp.gateway.harp.SignerKey;
import io.airlockapp.gateway.simulator.SimulatedDecision;
import io.airlockapp.gateway.simulator.gateway.ArtifactSubmission;
import tools.jackson.databind.node.ObjectNode;

/**
 * Holds the signing key of one or more approvers, which nobody else has.
 */
public final class Phone {

	private final SigningKey initialKey = SigningKey.generate();

	private volatile SigningKey key = this.initialKey;

	private volatile SignatureForm form;

	public Phone(SignatureForm form) {
		this.form = form;
	}

	SigningKey key() {
		return this.key;
	}

	public SignerKey signerKey() {
		return this.key.signerKey();
	}

	public void renewKey() {
		this.key = SigningKey.generate();
	}

	public void setForm(SignatureForm form) {
		this.form = form;
	}

	public void reset(SignatureForm initialForm) {
		this.key = this.initialKey;
		this.form = initialForm;
	}

	public ObjectNode decide(ArtifactSubmission artifact, SimulatedDecision decision) {
		return DecisionSigner.sign(artifact, decision, this.form, this.key);
	}

}
