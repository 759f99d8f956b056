/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.slices;

import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/**
 * A service that makes the mistake which tests are to find.
 */
@Service
class PayoutService {

	private final PayoutRepository repository;

	PayoutService(PayoutRepository repository) {
		this.repository = repository;
	}

	@Transactional
	public long forget(String recipient) {
		return this.repository.deleteByRecipient(recipient);
	}

}
