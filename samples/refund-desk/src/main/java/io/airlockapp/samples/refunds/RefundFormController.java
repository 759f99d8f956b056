package io.airlockapp.samples.refunds;

import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;

/**
 * Controller that shows the form for refunds, and passes its input to the
 * {@link RefundService}.
 */
@Controller
@RequestMapping("/form")
class RefundFormController {

	private final RefundService service;

	RefundFormController(RefundService service) {
		this.service = service;
	}

	@GetMapping
	String form() {
		return "refund-form";
	}

	/**
	 * Make a refund. The page comes when a person has decided, or nobody did in time.
	 * There is no login, and so no token against forms of other sites: browsers say where
	 * a form is from.
	 */
	@PostMapping(headers = { "Sec-Fetch-Site!=cross-site", "Sec-Fetch-Site!=same-site" })
	String refund(@ModelAttribute RefundRequest request) {
		this.service.refund(request.checkedOrder(), request.checkedAmount(), request.checkedIban());
		return "redirect:/form/refunds";
	}

	@GetMapping("/refunds")
	String refunds(Model model) {
		model.addAttribute("refunds", this.service.refunds());
		return "refunds";
	}

}
