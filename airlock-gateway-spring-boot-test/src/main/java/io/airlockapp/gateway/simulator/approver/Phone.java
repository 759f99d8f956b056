/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.simulator.approver;

import io.airlockapp.gateway.harp.SignatureForm;
import io.airlockapp.gateway.simulator.SimulatedDecision;
import io.airlockapp.gateway.simulator.gateway.ArtifactSubmission;
import tools.jackson.databind.node.ObjectNode;

/**
 * Holds the signing key of one or more approvers, which nobody else has.
 */
final class Phone {

	private final SigningKey initialKey = SigningKey.generate();

	private volatile SigningKey key = this.initialKey;

	private volatile SignatureForm form;

	Phone(SignatureForm form) {
		this.form = form;
	}

	SigningKey key() {
		return this.key;
	}

	void renewKey() {
		this.key = SigningKey.generate();
	}

	void setForm(SignatureForm form) {
		this.form = form;
	}

	void reset(SignatureForm initialForm) {
		this.key = this.initialKey;
		this.form = initialForm;
	}

	ObjectNode decide(ArtifactSubmission artifact, SimulatedDecision decision) {
		return DecisionSigner.sign(artifact, decision, this.form, this.key);
	}

}
