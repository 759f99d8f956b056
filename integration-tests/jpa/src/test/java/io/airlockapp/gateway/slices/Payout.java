/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.slices;

import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.Id;
import org.jspecify.annotations.Nullable;

/**
 * An entity.
 */
@Entity
class Payout {

	@Id
	@GeneratedValue
	private @Nullable Long id;

	private String recipient = "";

	protected Payout() {
	}

	Payout(String recipient) {
		this.recipient = recipient;
	}

	public @Nullable Long getId() {
		return this.id;
	}

	public String getRecipient() {
		return this.recipient;
	}

}
