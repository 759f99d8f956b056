/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable.jdbc;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.PostPersist;
import jakarta.persistence.Table;

/**
 * Entity of the application.
 */
@Entity
@Table(name = "PAYMENT")
class Payment {

	/**
	 * What the application does when a payment of the current thread is written.
	 */
	static final ThreadLocal<Runnable> onPersist = ThreadLocal.withInitial(() -> () -> {
	});

	@Id
	private String id;

	protected Payment() {
	}

	Payment(String id) {
		this.id = id;
	}

	@PostPersist
	void persisted() {
		onPersist.get().run();
	}

	String getId() {
		return this.id;
	}

}
