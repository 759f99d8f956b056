/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.jdbc;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;

/**
 * Entity of the application.
 */
@Entity
@Table(name = "PAYMENT")
class Payment {

	@Id
	private String id;

	protected Payment() {
	}

	Payment(String id) {
		this.id = id;
	}

	String getId() {
		return this.id;
	}

}
